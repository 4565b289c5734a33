import type { Problem } from '../../model/errors.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import { PRUNE_ANNOTATION } from '../labels.ts'
import type { ExaminedObject } from './examined-object.ts'
import { type Judgement, type JudgeRules, judge, type KeepCode } from './judge.ts'

export interface PruneRules extends JudgeRules {
  /** More deletions than this need a confirmation. */
  readonly limit: number
  /** `/confirm-prune <sha>` names it. */
  readonly revision: string
}

export interface KeptObject {
  readonly object: ExaminedObject
  readonly code: KeepCode | 'PRUNE_LIMIT'
  readonly message: string
}

export interface PruneDecision {
  /** To be deleted now, with their uid as precondition. */
  readonly remove: readonly ExaminedObject[]
  /** Left alone; they stay in the inventory. */
  readonly keep: readonly KeptObject[]
  /** Gone, or not ours any more: only the inventory forgets them. */
  readonly forget: readonly ExaminedObject[]
  /** In another target's Git now: they get its label instead of ours. */
  readonly handOver: readonly ExaminedObject[]
  /** A person confirmed what needs it. */
  readonly confirmed: boolean
  /** Why something that should go stays. */
  readonly problems: readonly Problem[]
}

/** Decides over objects that left Git, all together. */
export function decidePrune(stale: readonly ExaminedObject[], rules: PruneRules): PruneDecision {
  const judged = stale.map((object) => ({ object, ...judge(object, rules) }))
  const of = (fate: Judgement['fate']) => judged.filter((item) => item.fate === fate).map(({ object }) => object)
  const kept = judged.flatMap(({ object, fate, message }) =>
    isKeepCode(fate) ? [{ object, code: fate, message }] : [],
  )
  const removable = of('remove')
  const blocked = removable.length > rules.limit && !rules.confirmed
  return {
    remove: blocked ? [] : removable,
    keep: [...kept, ...(blocked ? removable.map(overLimit) : [])],
    forget: of('forget'),
    handOver: of('hand-over'),
    confirmed: rules.confirmed,
    problems: [...problemsOf(kept, rules), ...(blocked ? [limitProblem(removable, rules)] : [])],
  }
}

function isKeepCode(fate: Judgement['fate']): fate is KeepCode {
  return fate !== 'remove' && fate !== 'forget' && fate !== 'hand-over'
}

function overLimit(object: ExaminedObject): KeptObject {
  return { object, code: 'PRUNE_LIMIT', message: 'waits for a confirmation' }
}

/** One for each object, but one for all that wait for the same word of a person. */
function problemsOf(kept: readonly KeptObject[], rules: PruneRules): Problem[] {
  const of = (code: KeptObject['code']) => kept.filter((one) => one.code === code)
  const together = new Set<KeptObject['code']>(['PRUNE_DISABLED', 'PRUNE_UNCONFIRMED', 'PRUNE_UNSURE'])
  return [
    ...kept.filter(({ code }) => !together.has(code)).map(keptProblem),
    ...askedFor(of('PRUNE_UNCONFIRMED'), rules, unconfirmedProblem),
    ...askedFor(of('PRUNE_UNSURE'), rules, unsureProblem),
  ]
}

function askedFor(
  kept: readonly KeptObject[],
  rules: PruneRules,
  problem: (objects: readonly ExaminedObject[], rules: PruneRules, why: string) => Problem,
): Problem[] {
  const [first] = kept
  return first
    ? [
        problem(
          kept.map(({ object }) => object),
          rules,
          first.message,
        ),
      ]
    : []
}

/** Why one object that left Git is still there. */
export function keptProblem({ object, code, message }: KeptObject): Problem {
  const label = resourceLabel(object.record.key)
  const left = `${label} left Git and ${code === 'PRUNE_DELETING' ? '' : 'is not pruned: it '}${message}.`
  return { code, message: left, object: label, remedy: REMEDIES[code] ?? BY_HAND }
}

const BY_HAND = `Delete it by hand, or annotate it with ${PRUNE_ANNOTATION}: disabled to keep it.`
const REMEDIES: Partial<Record<KeptObject['code'], string>> = {
  PRUNE_PROTECTED: `Annotate it with ${PRUNE_ANNOTATION}: allowed, or with ${PRUNE_ANNOTATION}: disabled to keep it, or put it back into Git.`,
  PRUNE_DELETING: 'Nothing, where that is recent; else look at the controller that owns the finalizer.',
  PRUNE_IN_USE: `Delete what is in it, or annotate it with ${PRUNE_ANNOTATION}: disabled to keep it.`,
  PRUNE_KIND_UNKNOWN: 'Bring the definition or the API service of its kind back, then it is looked for again.',
  PRUNE_WAITS: 'It is pruned by the next pass.',
  PRUNE_UNREADABLE: 'Grant Lockstep the right to read it; it is tried again.',
}

function unconfirmedProblem(objects: readonly ExaminedObject[], { revision }: PruneRules): Problem {
  return {
    code: 'PRUNE_UNCONFIRMED',
    message: `${count(objects)} our label and not in Git, known only since the inventory was rebuilt, so none is pruned: ${namesOf(objects)}.`,
    remedy: `Comment \`/confirm-prune ${revision.slice(0, 12)}\`, put them back into Git, or annotate them with ${PRUNE_ANNOTATION}: disabled.`,
  }
}

function unsureProblem(objects: readonly ExaminedObject[], { revision }: PruneRules, why: string): Problem {
  return {
    code: 'PRUNE_UNSURE',
    message: `What left Git ${why}, so none is pruned: ${namesOf(objects)}.`,
    remedy: `Mend that overlay, or comment \`/confirm-prune ${revision.slice(0, 12)}\`.`,
  }
}

function count({ length }: readonly unknown[]): string {
  return length === 1 ? '1 object carries' : `${length} objects carry`
}

function limitProblem(objects: readonly ExaminedObject[], { limit, revision }: PruneRules): Problem {
  return {
    code: 'PRUNE_LIMIT',
    message: `${objects.length} objects left Git, more than the limit of ${limit}, so none is pruned: ${namesOf(objects)}.`,
    remedy: `Comment \`/confirm-prune ${revision.slice(0, 12)}\`, put them back into Git, or raise prune.limit.`,
  }
}

function namesOf(objects: readonly ExaminedObject[]): string {
  const names = objects.map(({ record }) => resourceLabel(record.key)).sort()
  return names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ')
}
