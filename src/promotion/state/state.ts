import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { LockstepError } from '../../model/errors.ts'
import type { FileChange } from '../../model/tree.ts'
import { edgeKey, type Hop, hopSchema, type Versions, versionsSchema } from './edge-state.ts'

/** Small YAML files on the branch `lockstep/state`. Absent files are absent facts; an unreadable one makes everything unknown. */
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time')
const sha = z.string().regex(/^[\da-f]{40,64}$/)
const name = z.string().min(1)

const lock = z.strictObject({
  environment: name,
  by: name,
  at: time,
  until: time.optional(),
  reason: z.string().optional(),
})
const hold = z.strictObject({
  pullRequest: z.int(),
  by: name,
  at: time,
  until: time.optional(),
  reason: z.string().optional(),
})
/** Somebody did what needs a reason that stays: `unlock` released the incident stop of another person, `resume` a bad version. */
const audit = z.strictObject({
  comment: z.int(),
  action: z.enum(['unlock', 'resume']),
  environment: name,
  application: name.optional(),
  by: name,
  at: time,
  reason: z.string().optional(),
  /** What was released: its owner, when it began, and why. */
  of: z.strictObject({ by: name, at: time, until: time.optional(), reason: z.string().optional() }),
})
const claim = z.strictObject({
  environment: name,
  pullRequest: z.int(),
  sha,
  at: time,
  /** The process that took it. */
  by: name.optional(),
  /** Nobody may begin to merge on it any more; it is taken away once whoever began must have ended. */
  ending: z.strictObject({ by: name, at: time }).optional(),
})
const confirmation = z.strictObject({ revision: sha, by: name, at: time })
const ignored = z.strictObject({
  environment: name,
  presses: z.array(
    z.strictObject({ by: name, at: time, until: time, drift: z.array(z.string().regex(/^[\da-f]{32}$/)) }),
  ),
})
const record = z.strictObject({
  pullRequest: z.int(),
  kind: z.enum(['promotion', 'rollback']),
  application: name,
  from: name,
  to: name,
  planHash: z.string(),
  requestedBy: name,
  openedAt: time,
  /** The commit that a person asked to be merged. */
  armed: z.strictObject({ by: name, at: time, sha }).optional(),
  merged: z.strictObject({ sha, at: time }).optional(),
  /** `pending`: written before GitHub was asked to close it, and not yet seen closed there. */
  closed: z.strictObject({ at: time, planHash: z.string(), pending: z.literal(true).optional() }).optional(),
  /** Why a person asked for it. */
  reason: z.string().optional(),
  /** Where each version of upstream is promoted: the commit whose values this one carries. */
  source: sha.optional(),
  /** Of the upstream environment's own files when it was planned. */
  upstream: z
    .string()
    .regex(/^[\da-f]{64}$/)
    .optional(),
  /** The carried values that a rollback takes back: that version is promoted nowhere any more. */
  quarantine: z.array(z.strictObject({ path: name, value: z.string() })).optional(),
})

export type Lock = z.infer<typeof lock>
export type Hold = z.infer<typeof hold>
export type Claim = z.infer<typeof claim>
export type PruneConfirmation = z.infer<typeof confirmation>
export type IgnoredInEnvironment = z.infer<typeof ignored>
export type LedgerRecord = z.infer<typeof record>
export type AuditEntry = z.infer<typeof audit>

const KINDS = {
  locks: { schema: lock, key: (item: Lock) => item.environment },
  holds: { schema: hold, key: (item: Hold) => String(item.pullRequest) },
  claims: { schema: claim, key: (item: Claim) => item.environment },
  prune: { schema: confirmation, key: (item: PruneConfirmation) => item.revision },
  ignored: { schema: ignored, key: (item: IgnoredInEnvironment) => item.environment },
  ledger: { schema: record, key: (item: LedgerRecord) => String(item.pullRequest) },
  audit: { schema: audit, key: (item: AuditEntry) => String(item.comment) },
  hops: { schema: hopSchema, key: edgeKey },
  versions: { schema: versionsSchema, key: edgeKey },
} as const

/** Everything the branch says, by key. */
export interface PromotionState {
  readonly locks: ReadonlyMap<string, Lock>
  readonly holds: ReadonlyMap<string, Hold>
  readonly claims: ReadonlyMap<string, Claim>
  readonly prune: ReadonlyMap<string, PruneConfirmation>
  /** Drift that blocks nothing for a while, by environment. */
  readonly ignored: ReadonlyMap<string, IgnoredInEnvironment>
  readonly ledger: ReadonlyMap<string, LedgerRecord>
  /** By the comment that asked for it; nothing takes an entry away. */
  readonly audit: ReadonlyMap<string, AuditEntry>
  /** By `edgeKey`. */
  readonly hops: ReadonlyMap<string, Hop>
  /** By `edgeKey`. */
  readonly versions: ReadonlyMap<string, Versions>
}

export type StateEntry = { [K in keyof PromotionState]: { kind: K; item: ItemOf<K> } }[keyof PromotionState]
type ItemOf<K extends keyof PromotionState> = PromotionState[K] extends ReadonlyMap<string, infer T> ? T : never

/** Throws STATE_UNKNOWN, naming the file, for anything but the files this version writes. */
export function parseState(files: ReadonlyMap<string, string>): PromotionState {
  const state = {
    locks: new Map(),
    holds: new Map(),
    claims: new Map(),
    prune: new Map(),
    ignored: new Map(),
    ledger: new Map(),
    audit: new Map(),
    hops: new Map(),
    versions: new Map(),
  }
  for (const [path, text] of files) {
    const match = /^(locks|holds|claims|prune|ignored|ledger|audit|hops|versions)\/([^/]+)\.yaml$/.exec(path)
    if (!match) continue
    const kind = match[1] as keyof PromotionState
    state[kind].set(match[2] ?? '', parseItem(kind, path, match[2] ?? '', text))
  }
  return state
}

function parseItem(kind: keyof PromotionState, path: string, key: string, text: string): unknown {
  const { schema, key: keyOf } = KINDS[kind] as { schema: z.ZodType; key: (item: never) => string }
  const result = schema.safeParse(readYaml(text, path))
  if (!result.success) throw unknownState(path, result.error.issues[0]?.message ?? 'it is not in the form written here')
  if (keyOf(result.data as never) !== key) throw unknownState(path, 'it speaks of something else than its name')
  return result.data
}

/** Every path on the branch that holds state. */
export function isStatePath(path: string): boolean {
  return /^(?:locks|holds|claims|prune|ignored|ledger|audit|hops|versions)\/[^/]+\.yaml$/.test(path)
}

/** The file of an entry, written the same way each time. */
export function writeEntry(entry: StateEntry): FileChange {
  const fields = Object.entries(entry.item).filter(([, value]) => value !== undefined)
  return { path: pathOf(entry), content: stringify(Object.fromEntries(fields), { lineWidth: 0 }) }
}

export function removeEntry(entry: StateEntry): FileChange {
  return { path: pathOf(entry), content: null }
}

function pathOf({ kind, item }: StateEntry): string {
  const key = (KINDS[kind].key as (each: typeof item) => string)(item)
  return `${kind}/${key}.yaml`
}

/** The lock that keeps promotions out of an environment at `now`: its own, or the one for all. */
export function activeLock(state: PromotionState, environment: string, now: Date): Lock | undefined {
  return ['all', environment]
    .map((key) => state.locks.get(key))
    .find((each) => each && (each.until === undefined || Date.parse(each.until) > now.getTime()))
}

/** The hold that keeps a pull request from merging at `now`. */
export function activeHold(state: PromotionState, pullRequest: number, now: Date): Hold | undefined {
  const hold = state.holds.get(String(pullRequest))
  return hold && (hold.until === undefined || Date.parse(hold.until) > now.getTime()) ? hold : undefined
}

function readYaml(text: string, path: string): unknown {
  try {
    return parse(text, { schema: 'core' }) as unknown
  } catch (cause) {
    throw unknownState(path, 'it is not valid YAML', cause)
  }
}

function unknownState(file: string, what: string, cause?: unknown): LockstepError {
  const message = `A file on lockstep/state cannot be read: ${what}.`
  const remedy = 'Only Lockstep writes this branch: restore the file as its last commit by Lockstep had it.'
  return new LockstepError({ code: 'STATE_UNKNOWN', message, file, remedy }, { cause })
}
