import type { Overwrite } from '../../promotion/carry/overwrites.ts'
import type { PromotionPlan } from '../../promotion/carry/plan.ts'
import type { Difference } from '../../promotion/carry/plan-differences.ts'

/** For a terminal. Values come from files: control characters are printed as escapes. */
export function planText(plan: PromotionPlan, isDry: boolean): string {
  const { application, from, to, carried, kept, unexplained, overwrites = [], planHash } = plan
  const head = carried.length === 0 ? 'nothing to promote' : isDry ? 'would carry' : 'carried'
  const lines = [
    `${application}: ${from} → ${to}: ${head}`,
    ...carried.map(
      ({ path, before, after, file, line }) => `  ${path}: ${shown(before)} → ${shown(after)} (${file}:${line})`,
    ),
    ...takenBack(overwrites),
    ...differences('kept as it is', kept, from, to),
    ...differences('different, and no rule explains it', unexplained, from, to),
    ...(isDry ? [`plan ${planHash.slice(0, 12)}: nothing was changed`] : []),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

function takenBack(overwrites: readonly Overwrite[]): string[] {
  if (overwrites.length === 0) return []
  const lines = overwrites.map(({ path, promoted, found, upstream, by }) => {
    const also = upstream === 'changed' ? ', changed upstream too' : ''
    const who = by ? ` (file last changed by ${by.commit.slice(0, 12)} ${by.author}: ${by.subject})` : ''
    return `  ${path}: last promoted ${shown(promoted)}, found ${shown(found)}${also}${who}`
  })
  return ['changed since the last promotion, and taken back by this one', ...lines]
}

function differences(title: string, list: readonly Difference[], from: string, to: string): string[] {
  if (list.length === 0) return []
  return [title, ...list.map((each) => `  ${each.path}: ${from} ${shown(each.from)}, ${to} ${shown(each.to)}`)]
}

function shown(value: string | null): string {
  return value ?? '–'
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
}
