import type { OrderConfig } from '../../config/repository-config.ts'
import type { Manifest } from '../../model/manifest.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import { type Target, targetId } from '../../model/target.ts'
import { textAt } from '../live/live-object.ts'

/** An object in Git that makes the cluster serve a kind, or every kind of a group's version. */
export interface KindSource {
  /** `CustomResourceDefinition/widgets.example.dev`. */
  readonly object: string
  readonly group: string
  /** Of a definition. */
  readonly kind?: string
  /** Of an APIService. */
  readonly version?: string
  /** Whose overlay it is in; absent for the overlay itself. */
  readonly target?: Target
}

/** Why the cluster lacks a kind, as the end of a sentence, and what to do. */
export interface Lack {
  readonly why: string
  readonly remedy: string
}

export function kindSources(manifests: readonly Manifest[], target?: Target): KindSource[] {
  return manifests.flatMap(({ key, body }): KindSource[] => {
    const group = textAt(body, 'spec', 'group')
    const common = { object: resourceLabel(key), group: group ?? '', ...(target && { target }) }
    const [kind, version] = [textAt(body, 'spec', 'names', 'kind'), textAt(body, 'spec', 'version')]
    if (key.group === 'apiextensions.k8s.io' && group && kind) return [{ ...common, kind }]
    return key.group === 'apiregistration.k8s.io' && group && version ? [{ ...common, version }] : []
  })
}

/** undefined: Git has nothing that would serve the kind. An overlay's own APIService counts before what others have. */
export function lackOf(
  key: ResourceKey,
  sources: readonly KindSource[],
  { application, environment }: Target,
  order: OrderConfig,
): Lack | undefined {
  const found = sources.filter((source) => serves(source, key))
  const source = found.find(({ target }) => !target) ?? found.find(({ target }) => target?.environment === environment)
  const { object, target } = source ?? found[0] ?? {}
  if (object === undefined) return undefined
  if (!target) {
    const first = `order: { ${application}: [THAT-APPLICATION] }`
    return {
      why: `: ${object} of the same overlay serves it only once its backend runs`,
      remedy: `Move ${object} with its backend to an application of its own, and let that come first: \`${first}\` in .lockstep.yaml.`,
    }
  }
  const why = ` yet: ${object} is in the overlay of ${targetId(target)}`
  const before = Object.hasOwn(order, application) ? (order[application] ?? []) : []
  if (target.environment !== environment || before.includes(target.application))
    return { why, remedy: `Look whether ${targetId(target)} is applied and healthy; this is tried again.` }
  const names = [...before, target.application].join(', ')
  return { why, remedy: `Let it come first: \`order: { ${application}: [${names}] }\` in .lockstep.yaml.` }
}

function serves({ group, kind, version }: KindSource, key: ResourceKey): boolean {
  return group === key.group && (kind ?? key.kind) === key.kind && (version ?? key.version) === key.version
}
