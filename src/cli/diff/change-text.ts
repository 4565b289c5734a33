import { MASKED } from '../../model/mask-secrets.ts'
import { textChange } from '../../model/text-change.ts'
import { clip, oneLine } from '../../preview/comment/inert.ts'
import { printValue } from '../../preview/comment/words.ts'
import type { MaskedChange, MaskedFact } from '../../preview/mask-changes.ts'
import { textDiff } from '../../preview/text-diff.ts'
import type { Paint } from '../colour.ts'

const LONGEST_VALUE = 120

/** One field a line, with `+`, `-` or `~` before it; `full` adds the changed lines of the object. */
export function changeText(change: MaskedChange, full: boolean, paint: Paint): string[] {
  const follows = change.followers.length > 0
  return [
    ...change.facts.map((fact) => factLine(fact, paint)),
    ...(follows ? [oneLine(`    ${change.object} is generated; rolls ${change.followers.join(', ')}`)] : []),
    ...(full ? diffLines(change, paint) : []),
  ]
}

function factLine(fact: MaskedFact, paint: Paint): string {
  const where = oneLine(fact.path ? `${fact.object} ${fact.path}` : fact.object)
  const note = fact.note === undefined ? '' : ` (${fact.note})`
  if (fact.verb === 'added') return paint('green', `  + ${where}${shown(fact.path, fact.after)}${note}`)
  if (fact.verb === 'removed') return paint('red', `  - ${where}${shown(fact.path, fact.before)}${note}`)
  return paint('yellow', `  ~ ${where}: ${changed(fact)}${note}`)
}

/** Whole objects are named, not printed. */
function shown(path: string, json: MaskedFact['after']): string {
  return path === '' || json === MASKED ? '' : `: ${value(json)}`
}

function changed({ before, after }: MaskedFact): string {
  const inside = textChange(before, after)
  if (inside) {
    const fields = inside.fields.map((field) =>
      field.verb === 'changed'
        ? `${field.path} ${value(field.before)} → ${value(field.after)}`
        : `${field.path} ${field.verb}`,
    )
    const more = inside.more > 0 ? [`${inside.more} more`] : []
    return fields.length > 0
      ? oneLine([...fields, ...more].join(', '))
      : `${inside.added} lines added, ${inside.removed} removed`
  }
  return before === MASKED && after === MASKED ? 'changed' : `${value(before)} → ${value(after)}`
}

function value(json: MaskedFact['after']): string {
  return clip(oneLine(printValue(json)), LONGEST_VALUE)
}

function diffLines(change: MaskedChange, paint: Paint): string[] {
  return textDiff(change)
    .text.split('\n')
    .map((line) => `    ${coloured(oneLine(line), paint)}`)
}

function coloured(line: string, paint: Paint): string {
  if (line.startsWith('@@')) return paint('cyan', line)
  if (line.startsWith('+')) return paint('green', line)
  return line.startsWith('-') ? paint('red', line) : line
}
