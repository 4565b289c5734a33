import type { ChangeGroup } from './group-changes.ts'
import type { MaskedFact } from './mask-changes.ts'
import type { Stage } from './preview-report.ts'

/** A change is what many have in common from this many overlays on. */
const MANY = 10
/** Beside it, a change is unusual when it has at most this part of its overlays. */
const SMALL_PART = 0.05

export interface UnusualChange {
  readonly group: ChangeGroup
  /** What to look for: `deletes`, `recreates`, `only in prod`, or that it is not like the others. */
  readonly why: string
}

export interface PartedGroups {
  /** Few overlays beside many that change alike; the most dangerous first. Empty where nothing is common to many. */
  readonly unusual: readonly UnusualChange[]
  readonly usual: readonly ChangeGroup[]
}

/** Parts what a reviewer has to read from what is the same nearly everywhere. `groups` has the largest first. */
export function partUnusual(groups: readonly ChangeGroup[], stages: readonly Stage[]): PartedGroups {
  const most = groups[0]?.overlays.length ?? 0
  if (most < MANY) return { unusual: [], usual: groups }
  const isSmall = (group: ChangeGroup) => group.overlays.length <= Math.max(1, Math.floor(most * SMALL_PART))
  const unusual = groups.filter(isSmall).map((group) => ({ group, ...reason(group, groups, stages) }))
  unusual.sort((a, b) => a.rank - b.rank)
  return {
    unusual: unusual.map(({ group, why }) => ({ group, why })),
    usual: groups.filter((group) => !isSmall(group)),
  }
}

function reason(
  group: ChangeGroup,
  groups: readonly ChangeGroup[],
  stages: readonly Stage[],
): { rank: number; why: string } {
  const facts = group.changes.flatMap((change) => change.facts)
  const has = (...classes: MaskedFact['class'][]) => facts.some((fact) => classes.includes(fact.class))
  if (has('delete')) return { rank: 0, why: 'deletes' }
  if (has('immutable')) return { rank: 1, why: 'recreates' }
  const late = onlyDownstream(group, groups, stages)
  if (late) return { rank: 2, why: `only in ${late}` }
  if (has('image')) return { rank: 3, why: 'another image' }
  return { rank: 4, why: 'unlike the others' }
}

/** Environments that come after others, when nothing of the same applications changes before them. */
function onlyDownstream(
  group: ChangeGroup,
  groups: readonly ChangeGroup[],
  stages: readonly Stage[],
): string | undefined {
  const downstream = new Set(stages.filter((stage) => stage.downstream).map(({ environment }) => environment))
  const applications = new Set(group.overlays.map(({ application }) => application))
  const touched = groups.flatMap(({ overlays }) => overlays).filter(({ application }) => applications.has(application))
  const environments = new Set(touched.map(({ environment }) => environment))
  return [...environments].every((environment) => downstream.has(environment))
    ? [...environments].join(', ')
    : undefined
}
