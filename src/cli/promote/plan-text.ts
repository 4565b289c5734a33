import type { PromotionPlan } from '../../promotion/carry/plan.ts'
import type { Difference } from '../../promotion/carry/plan-differences.ts'
import { cell } from '../../promotion/edit/text-escape.ts'

/** For a terminal. Values come from files: control characters are printed as escapes. */
export function planText({ application, from, to, carried, kept, unexplained }: PromotionPlan, isDry: boolean): string {
  const head = carried.length === 0 ? 'nothing to promote' : isDry ? 'would carry' : 'carried'
  const lines = [
    `${application}: ${from} → ${to}: ${head}`,
    ...carried.map(
      ({ path, before, after, file, line }) => `  ${path}: ${shown(before)} → ${shown(after)} (${file}:${line})`,
    ),
    ...differences('kept as it is', kept, from, to),
    ...differences('different and not explained', unexplained, from, to),
  ]
  return `${lines.map(printable).join('\n')}\n`
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

export function planMarkdown({ from, to, carried, kept, unexplained }: PromotionPlan): string {
  if (carried.length === 0) return 'Nothing to promote.'
  const rows = carried.map(({ path, before, after }) => `| ${cell(path)} | ${cell(before)} | ${cell(after)} |`)
  const rest = [...kept, ...unexplained].map((each) => `| ${cell(each.path)} | ${cell(each.from)} | ${cell(each.to)} |`)
  const stays =
    rest.length > 0 ? `\n\n| stays | ${cell(from)} | ${cell(to)} |\n| --- | --- | --- |\n${rest.join('\n')}` : ''
  return `| carried | before | after |\n| --- | --- | --- |\n${rows.join('\n')}${stays}`
}
