import { canonicalGroup } from './api-groups.ts'
import type { Json } from './json.ts'
import { KUBERNETES_LISTS } from './kubernetes-lists.ts'
import type { ResourceKey } from './resource-key.ts'

/** By what the items of a list are told apart: their own value (`set`), or fields and what stands for a missing one. */
export type ListRule = 'set' | readonly { readonly field: string; readonly missing?: Json }[]

/** As much of a kind's schema as says how lists are compared; nothing is known where a step answers undefined. */
export interface ListSchema {
  readonly rule?: ListRule
  /** The member of that name. */
  member(name: string): ListSchema | undefined
  /** Every item of the list. */
  readonly items?: ListSchema
}

/**
 * The schema of a kind: Kubernetes' own (of another version, where that one is no longer served), or what `custom` says of
 * `group/version/Kind`. Metadata is the same everywhere.
 */
export function schemaOfKind(key: ResourceKey, custom: ReadonlyMap<string, ListSchema>): ListSchema {
  const own = custom.get(`${key.group}/${key.version}/${key.kind}`) ?? kubernetesSchema(key)
  return { member: (name) => (name === 'metadata' ? fieldSchema(METADATA) : own?.member(name)) }
}

function kubernetesSchema(key: ResourceKey): ListSchema | undefined {
  const group = canonicalGroup(key)
  const type = KINDS.get(`${group}/${key.version}/${key.kind}`) ?? KINDS.get(`${group}/${key.kind}`)
  return type === undefined ? undefined : typeSchema(type)
}

interface Field {
  readonly rule: string
  readonly type?: string
}

/** type → field → what the table says. */
const TYPES = new Map<string, Map<string, Field>>()
const KINDS = new Map<string, string>()
readTable()

function readTable(): void {
  for (const line of KUBERNETES_LISTS.trim().split('\n')) {
    const [owner = '', field = '', rule = '', type] = line.split(' ')
    const fields = TYPES.get(owner) ?? new Map<string, Field>()
    TYPES.set(owner, fields.set(field, { rule, ...(type !== undefined && { type }) }))
    const [group, , kind] = owner.split('/')
    if (kind !== undefined) KINDS.set(owner, owner).set(`${group}/${kind}`, owner)
  }
}

const METADATA: Field = { rule: '.', type: 'meta.v1.ObjectMeta' }

const NONE: ListSchema = { member: () => undefined }

/** Made once a type and rule: schemas are asked for at every step of every object. */
const SCHEMAS = new Map<Field, ListSchema>()

function fieldSchema(field: Field | undefined): ListSchema | undefined {
  if (!field) return undefined
  const known = SCHEMAS.get(field)
  if (known) return known
  const schema = makeSchema(field)
  SCHEMAS.set(field, schema)
  return schema
}

function makeSchema({ rule, type }: Field): ListSchema {
  const inner = typeSchema(type)
  if (rule === '.') return inner
  if (rule === '{}') return { member: () => inner }
  const keys = readRule(rule)
  return { ...NONE, ...(keys && { rule: keys }), items: inner }
}

function typeSchema(type: string | undefined): ListSchema {
  const fields = type === undefined ? undefined : TYPES.get(type)
  return fields ? { member: (name) => fieldSchema(fields.get(name)) } : NONE
}

function readRule(rule: string): ListRule | undefined {
  if (rule === 'set') return 'set'
  const keys = /^map\((.*)\)$/.exec(rule)?.[1]
  return keys?.split(',').map((key) => {
    const [field = '', missing] = key.split('=')
    return { field, ...(missing !== undefined && { missing }) }
  })
}
