import type { ResourceKey } from '../../model/resource-key.ts'
import { targetId } from '../../model/target.ts'
import { PRUNE_ANNOTATION, RECONCILE_ANNOTATION } from '../labels.ts'
import type { LiveRecord } from '../live/live-record.ts'
import type { ExaminedObject } from './examined-object.ts'

export interface JudgeRules {
  /** Our `targetLabel`. */
  readonly label: string
  /** A person confirmed the deletions of this very commit. */
  readonly confirmed: boolean
}

/**
 * `remove`: delete it · `forget`: gone, or not ours any more · `hand-over`: give it to the target that has it in Git now · a code of
 * `reasons.ts`: keep it, and keep it in the inventory.
 */
export interface Judgement {
  readonly fate: 'remove' | 'forget' | 'hand-over' | KeepCode
  /** Completes "Deployment/web left Git and …". */
  readonly message: string
}

export type KeepCode =
  | 'PRUNE_DELETING'
  | 'PRUNE_DISABLED'
  | 'PRUNE_IN_USE'
  | 'PRUNE_KIND_UNKNOWN'
  | 'PRUNE_NOT_OURS'
  | 'PRUNE_PROTECTED'
  | 'PRUNE_UNCONFIRMED'
  | 'PRUNE_UNREADABLE'
  | 'PRUNE_UNSURE'
  | 'PRUNE_WAITS'

const HOLDS_DATA = new Set([
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  'apiextensions.k8s.io/CustomResourceDefinition',
])

/** What is to become of one object that left Git. Only what both the inventory and our label claim can be removed. */
export function judge(object: ExaminedObject, rules: JudgeRules): Judgement {
  const { live } = object
  if (!live) return judgeAbsent(object)
  if (live.label !== rules.label) return { fate: 'forget', message: 'is not ours any more' }
  return (
    notOurs(object, live) ??
    going(live) ??
    disabled(object, live) ??
    claimed(object) ??
    guarded(object, live) ??
    unconfirmed(object, rules) ?? { fate: 'remove', message: 'is pruned' }
  )
}

function judgeAbsent({ finding, record }: ExaminedObject): Judgement {
  if (finding?.code === 'released') return { fate: 'forget', message: 'lost our label, so it is left alone' }
  if (finding?.code === 'kind-unknown') {
    return { fate: 'PRUNE_KIND_UNKNOWN', message: `cannot be looked for: nobody serves ${record.key.kind} at present` }
  }
  if (finding?.code === 'unreadable') return { fate: 'PRUNE_UNREADABLE', message: `cannot be read: ${finding.message}` }
  return { fate: 'forget', message: '' }
}

/** Its name and our label may stand on an object of others. */
function notOurs({ record }: ExaminedObject, live: LiveRecord): Judgement | undefined {
  const keep = (message: string): Judgement => ({ fate: 'PRUNE_NOT_OURS', message })
  if (record.uid !== undefined && record.uid !== live.uid) return keep('was deleted and made again by somebody else')
  if (live.owner) return keep(`belongs to ${live.owner}, which copied our label to it`)
  return live.applied ? undefined : keep('carries our label, and nothing of it was applied by us')
}

function going({ deletion }: LiveRecord): Judgement | undefined {
  if (!deletion) return undefined
  const { since, finalizers } = deletion
  const waits = finalizers.length > 0 ? ` and waits for ${finalizers.join(', ')}` : ''
  return { fate: 'PRUNE_DELETING', message: `is being deleted since ${since}${waits}` }
}

/** By its annotations now, or by those that it had in Git last. */
function disabled({ record }: ExaminedObject, live: LiveRecord): Judgement | undefined {
  if (live.disabled) return { fate: 'PRUNE_DISABLED', message: `is left alone by ${RECONCILE_ANNOTATION}: disabled` }
  if (live.prune !== 'disabled' && record.prune !== 'disabled') return undefined
  return { fate: 'PRUNE_DISABLED', message: `is kept by ${PRUNE_ANNOTATION}: disabled` }
}

function claimed({ finding }: ExaminedObject): Judgement | undefined {
  if (finding?.code !== 'claimed') return undefined
  return { fate: 'hand-over', message: `is given to ${targetId(finding.by)}, which has it in Git now` }
}

function guarded({ record, finding }: ExaminedObject, live: LiveRecord): Judgement | undefined {
  const allowed = live.prune === 'allowed' || record.prune === 'allowed'
  if (holdsData(record.key) && !allowed) {
    return { fate: 'PRUNE_PROTECTED', message: 'is of a kind that takes other things with it' }
  }
  if (finding?.code !== 'in-use') return undefined
  const { by } = finding
  const more = by.length > 5 ? ` and ${by.length - 5} more` : ''
  return { fate: 'PRUNE_IN_USE', message: `would take objects of others with it: ${by.slice(0, 5).join(', ')}${more}` }
}

function unconfirmed({ record, finding }: ExaminedObject, { confirmed }: JudgeRules): Judgement | undefined {
  if (confirmed) return undefined
  if (finding?.code === 'unsure') {
    return { fate: 'PRUNE_UNSURE', message: `may be in ${targetId(finding.by)} now, whose overlay does not build` }
  }
  if (!record.found) return undefined
  return { fate: 'PRUNE_UNCONFIRMED', message: 'is known by its label alone since the inventory was lost' }
}

export function holdsData({ group, kind }: Pick<ResourceKey, 'group' | 'kind'>): boolean {
  return HOLDS_DATA.has(`${group}/${kind}`)
}

/** Other objects are in it, or of it. */
export function holdsOthers({ group, kind }: Pick<ResourceKey, 'group' | 'kind'>): boolean {
  return kind === 'Namespace' ? group === '' : kind === 'CustomResourceDefinition'
}

/** The objects whose fate a look into them, or into other overlays, could change. */
export function worthALook(objects: readonly ExaminedObject[], rules: JudgeRules): ExaminedObject[] {
  const open = new Set(['remove', 'PRUNE_PROTECTED', 'PRUNE_UNCONFIRMED'])
  return objects.filter((object) => open.has(judge(object, rules).fate))
}
