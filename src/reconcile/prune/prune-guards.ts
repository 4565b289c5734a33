import type { Problem } from '../../model/errors.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import { PRUNE_ANNOTATION } from '../labels.ts'
import type { StaleObject } from '../pass/sync-plan.ts'

export interface PruneRules {
  readonly label: string
  /** More deletions than this need a confirmation. */
  readonly limit: number
  /** A person confirmed the deletions of this very commit. */
  readonly confirmed: boolean
  /** `/confirm-prune <sha>` names it. */
  readonly revision: string
}

export interface PruneDecision {
  /** To be deleted now, with their uid as precondition. */
  readonly remove: readonly StaleObject[]
  /** Left alone; they stay in the inventory. */
  readonly keep: readonly { readonly object: StaleObject; readonly code: string; readonly message: string }[]
  /** Gone, or not ours any more: only the inventory forgets them. */
  readonly forget: readonly StaleObject[]
  /** Why something that should go stays. */
  readonly problems: readonly Problem[]
}

const HOLDS_DATA = new Set([
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  'apiextensions.k8s.io/CustomResourceDefinition',
])

/** Decides over objects that left Git. Only what both the inventory and our label claim can be removed. */
export function decidePrune(stale: readonly StaleObject[], rules: PruneRules): PruneDecision {
  const judged = stale.map((object) => ({ object, ...judge(object, rules) }))
  const of = (code: string) => judged.filter((item) => item.code === code)
  const removable = of('remove').map(({ object }) => object)
  const blocked = removable.length > rules.limit && !rules.confirmed
  const kept = judged.filter((item) => item.code !== 'remove' && item.code !== 'forget')
  return {
    remove: blocked ? [] : removable,
    keep: [...kept, ...(blocked ? removable.map(overLimit) : [])],
    forget: of('forget').map(({ object }) => object),
    problems: [
      ...kept.filter(({ code }) => code !== 'PRUNE_DISABLED').map(keptProblem),
      ...(blocked ? [limitProblem(removable, rules)] : []),
    ],
  }
}

interface Judgement {
  readonly code: string
  readonly message: string
}

function judge({ record, live }: StaleObject, rules: PruneRules): Judgement {
  if (!live || live.label !== rules.label) return { code: 'forget', message: '' }
  const annotation = live.prune
  if (annotation === 'disabled') return { code: 'PRUNE_DISABLED', message: `is kept by ${PRUNE_ANNOTATION}: disabled` }
  if (record.uid !== undefined && record.uid !== live.uid) {
    return { code: 'PRUNE_NOT_OURS', message: 'was deleted and made again by somebody else' }
  }
  if (HOLDS_DATA.has(`${record.key.group}/${record.key.kind}`) && annotation !== 'allowed') {
    return { code: 'PRUNE_PROTECTED', message: 'is of a kind that takes other things with it' }
  }
  return { code: 'remove', message: '' }
}

function overLimit(object: StaleObject) {
  return { object, code: 'PRUNE_LIMIT', message: 'waits for a confirmation' }
}

function keptProblem({ object, code, message }: Judgement & { object: StaleObject }): Problem {
  const label = resourceLabel(object.record.key)
  const remedy =
    code === 'PRUNE_PROTECTED'
      ? `Annotate it with ${PRUNE_ANNOTATION}: allowed, or with ${PRUNE_ANNOTATION}: disabled to keep it, or put it back into Git.`
      : `Delete it by hand, or annotate it with ${PRUNE_ANNOTATION}: disabled to keep it.`
  return { code, message: `${label} left Git and is not pruned: it ${message}.`, object: label, remedy }
}

function limitProblem(objects: readonly StaleObject[], { limit, revision }: PruneRules): Problem {
  const names = objects.map(({ record }) => resourceLabel(record.key)).sort()
  const shown = names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ')
  return {
    code: 'PRUNE_LIMIT',
    message: `${names.length} objects left Git, more than the limit of ${limit}, so none is pruned: ${shown}.`,
    remedy: `Comment \`/confirm-prune ${revision.slice(0, 12)}\`, put them back into Git, or raise prune.limit.`,
  }
}
