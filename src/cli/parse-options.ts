import { parseArgs } from 'node:util'
import { LockstepError, type Problem } from '../model/errors.ts'
import { nearestName } from '../model/nearest-name.ts'
import { type Command, FORMATS, type Format, type Invocation, type OptionSpec } from './command.ts'

export interface ParsedOptions {
  readonly options: Invocation['options']
  readonly format: Format
  readonly help: boolean
}

/** Options every command has. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  format: { type: 'string', value: FORMATS.join('|'), description: 'what to print', default: 'text' },
  help: { type: 'boolean', description: 'show this' },
}

/** Reads the words after a command's name. Throws a LockstepError of kind `usage` with every fault at once. */
export function parseOptions(command: Command, words: readonly string[]): ParsedOptions {
  const specs = { ...command.options, ...COMMON_OPTIONS }
  const tokens = tokenize(words, specs)
  const given = groupByName(tokens)
  const help = given.has('help')
  const problems = [
    ...tokens.flatMap((token) => tokenProblems(command, specs, token)),
    ...[...given].flatMap(([name, values]) => repeatProblems(specs[name], name, values)),
    ...(help ? [] : missingProblems(command, given)),
    ...formatProblems(command, given.get('format')?.at(-1)),
  ]
  if (problems.length > 0) throw new LockstepError(problems, { kind: 'usage' })
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, spec]) => [name, optionValue(spec, given.get(name))]),
  )
  return { options, format: (given.get('format')?.at(-1) ?? 'text') as Format, help }
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]
type Given = ReadonlyMap<string, readonly (string | undefined)[]>

function tokenize(words: readonly string[], specs: Readonly<Record<string, OptionSpec>>): readonly Token[] {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [name, { type, ...(name === 'help' && { short: 'h' }) }]),
  )
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function groupByName(tokens: readonly Token[]): Given {
  const given = new Map<string, (string | undefined)[]>()
  for (const token of tokens) {
    if (token.kind === 'option') given.set(token.name, [...(given.get(token.name) ?? []), token.value])
  }
  return given
}

function tokenProblems(command: Command, specs: Readonly<Record<string, OptionSpec>>, token: Token): Problem[] {
  if (token.kind === 'option-terminator') return []
  const remedy = `See \`lockstep ${command.name} --help\`.`
  if (token.kind === 'positional') {
    return [{ code: 'ARGUMENT_UNEXPECTED', message: `"${token.value}" belongs to no option.`, remedy }]
  }
  const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
  if (!spec) {
    const nearest = nearestName(token.name, Object.keys(specs))
    const message = `${command.name} has no option "${token.rawName}".`
    return [{ code: 'OPTION_UNKNOWN', message, remedy: nearest ? `Did you mean "--${nearest}"?` : remedy }]
  }
  if (spec.type === 'boolean' && token.value !== undefined) {
    return [{ code: 'OPTION_INVALID', message: `--${token.name} takes no value.`, remedy }]
  }
  if (spec.type === 'boolean' || isValue(token.value, token.inlineValue === true)) return []
  return [{ code: 'OPTION_INVALID', message: `--${token.name} needs a value.`, remedy }]
}

/** A word that looks like an option is only a value when it is written `--name=-word`. */
function isValue(value: string | undefined, inline: boolean): boolean {
  return value !== undefined && value !== '' && (inline || !value.startsWith('-'))
}

function repeatProblems(spec: OptionSpec | undefined, name: string, values: readonly unknown[]): Problem[] {
  if (!spec || spec.type === 'boolean' || spec.multiple || values.length < 2) return []
  return [{ code: 'OPTION_INVALID', message: `--${name} stands twice.`, remedy: 'Give it once.' }]
}

function missingProblems(command: Command, given: Given): Problem[] {
  return Object.entries(command.options).flatMap(([name, spec]) => {
    if (!spec.required || given.has(name)) return []
    const remedy = `Usage: ${command.usage}`
    return [{ code: 'OPTION_MISSING', message: `--${name} ${spec.value ?? ''} is missing.`.replace('  ', ' '), remedy }]
  })
}

function formatProblems(command: Command, format: string | undefined): Problem[] {
  const formats: readonly string[] = command.formats ?? FORMATS
  if (format === undefined || formats.includes(format)) return []
  const message = `--format ${format} is not known here.`
  return [{ code: 'OPTION_INVALID', message, remedy: `Use ${formats.join(', ')}.` }]
}

function optionValue(
  spec: OptionSpec,
  values: readonly (string | undefined)[] | undefined,
): Invocation['options'][string] {
  if (spec.type === 'boolean') return values !== undefined
  if (spec.multiple) return (values ?? [spec.default]).filter((value) => value !== undefined)
  return values?.at(-1) ?? spec.default
}
