import { type Command, FORMATS, type OptionSpec } from './command.ts'
import type { CommandEntry } from './command-table.ts'
import { COMMON_OPTIONS } from './parse-options.ts'

const WIDTH = 80
const EXIT_CODES = [
  '0 fine, 1 findings or refused, 2 wrong usage, 3 drift (`drift` only),',
  '4 unreachable or internal, 130 Ctrl-C',
]

/** What `lockstep help` prints. */
export function helpOfAll(commands: readonly CommandEntry[]): string {
  return sections([
    ['', ['lockstep: rendered diffs, promotions and reconciliation for kustomize overlays']],
    ['Usage', ['lockstep COMMAND [OPTIONS]', 'lockstep help COMMAND']],
    ['Commands', columns(commands.map(({ name, summary }) => [name, summary]))],
    [
      'Examples',
      [
        'lockstep demo                                    play the whole loop here',
        'lockstep validate --repo DIR                     check a repository',
        'lockstep diff --base main                        what a pull request says',
      ],
    ],
    ['Exit codes', EXIT_CODES],
    ['Documents', ['docs/reference/commands.md']],
  ])
}

/** What `lockstep help COMMAND` prints: at most 40 lines of at most 80 columns. */
export function helpOf(command: Command): string {
  const formats = (command.formats ?? FORMATS).join('|')
  const common = { ...COMMON_OPTIONS, format: { ...COMMON_OPTIONS.format, value: formats } as OptionSpec }
  return sections([
    ['', hanging(wrap(`lockstep ${command.name}: ${command.summary}`, WIDTH))],
    ['Usage', hanging(wrap(command.usage, WIDTH - 6))],
    ['Examples', command.examples.flatMap(({ command: line, shows }) => [line, ...indent(wrap(shows, WIDTH - 6))])],
    ['Options', columns(Object.entries({ ...command.options, ...common }).map(optionLine))],
    ['Exit codes', EXIT_CODES],
  ])
}

function optionLine([name, spec]: [string, OptionSpec]): [string, string] {
  const flag = `${name === 'help' ? '-h, ' : ''}--${name}${spec.value ? ` ${spec.value}` : ''}`
  const notes = [spec.required && 'required', spec.multiple && 'repeatable', spec.default && `default ${spec.default}`]
  const shown = notes.filter(Boolean).join(', ')
  return [flag, `${spec.description}${shown ? ` (${shown})` : ''}`]
}

function sections(parts: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  const text = parts.map(([title, lines]) => {
    return title ? [title, ...lines.map((line) => `  ${line}`)].join('\n') : lines.join('\n')
  })
  return `${text.join('\n\n')}\n`
}

/** Two columns; a left side that is too wide for its column gets a line of its own. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(24, Math.max(...rows.map(([name]) => name.length)))
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - 2 - left - 2)
    const beside = name.length <= left
    const body = lines.map((line, index) => `${(beside && index === 0 ? name : '').padEnd(left)}  ${line}`)
    return beside ? body : [name, ...body]
  })
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`)
}

function hanging([first = '', ...rest]: readonly string[]): string[] {
  return [first, ...indent(rest)]
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
