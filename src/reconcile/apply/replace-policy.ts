import type { ClusterError } from '../../model/cluster-error.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ResourceKey } from '../../model/resource-key.ts'
import { REPLACE_ANNOTATION } from '../labels.ts'
import { annotationOf, textAt } from '../live/live-object.ts'
import type { LiveRecord } from '../live/live-record.ts'

/** What goes with them cannot be made again: data, other objects. */
const NEVER = new Set([
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  'apiextensions.k8s.io/CustomResourceDefinition',
])

export function isNeverReplaced({ group, kind }: Pick<ResourceKey, 'group' | 'kind'>): boolean {
  return NEVER.has(`${group}/${kind}`)
}

/**
 * True when an object may be deleted and made again to get a change through: Git's manifest says so, the object is ours by label and
 * apply and not kept from pruning, every cause of the refusal is a field fixed for life, and nothing else is lost with it.
 */
export function isReplaceable(
  key: ResourceKey,
  body: JsonObject,
  live: LiveRecord | undefined,
  { kind, causes }: Pick<ClusterError, 'kind' | 'causes'>,
): boolean {
  if (annotationOf(body, REPLACE_ANNOTATION) !== 'allowed' || isNeverReplaced(key) || losesClaims(body)) return false
  if (!live?.applied || live.uid === '' || live.prune === 'disabled') return false
  return kind === 'immutable' && causes.length > 0 && causes.every(({ immutable }) => immutable === true)
}

/** A StatefulSet whose volume claims are deleted with it. Asked of Git's and of the live one. */
export function losesClaims(body: JsonObject): boolean {
  return textAt(body, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Delete'
}

/**
 * Pods of a StatefulSet have fixed names, and those of a DaemonSet fixed places: the old ones must be gone first. For the rest a short
 * gap is worth more; what is left behind is collected while the new one comes up.
 */
export function propagationFor({ group, kind }: ResourceKey): 'Foreground' | 'Background' {
  return group === 'apps' && (kind === 'StatefulSet' || kind === 'DaemonSet') ? 'Foreground' : 'Background'
}
