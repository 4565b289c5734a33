import { LockstepError, type ProblemKind } from '../model/errors.ts'
import { suggestName } from '../model/nearest-name.ts'
import type { Format, Invocation } from './command.ts'
import type { CommandEntry } from './command-table.ts'
import { EXIT } from './exit-codes.ts'
import { helpOf, helpOfAll } from './help.ts'
import { parseOptions } from './parse-options.ts'
import { printProblems } from './print-problems.ts'

/** What a command gets from the process around it. */
export type Surroundings = Pick<Invocation, 'cwd' | 'env' | 'stdout' | 'stderr' | 'signal'> & {
  readonly version: string
}

const EXIT_OF: Readonly<Record<ProblemKind, number>> = {
  refused: EXIT.refused,
  usage: EXIT.usage,
  unreachable: EXIT.unreachable,
}

/** As shells print it: 128 and the number of SIGTERM, which ended the command before it was done. */
const STOPPED = 143

/** Runs `lockstep <words>` and answers its exit code. Never throws. */
export async function runCli(
  commands: readonly CommandEntry[],
  words: readonly string[],
  around: Surroundings,
): Promise<number> {
  try {
    return await dispatch(commands, words, around)
  } catch (error) {
    return around.signal.aborted ? STOPPED : report(error, formatAsked(words), around)
  }
}

async function dispatch(commands: readonly CommandEntry[], words: readonly string[], around: Surroundings) {
  const [first, ...rest] = words
  if (first === '--version') return print(around, `lockstep ${around.version}\n`)
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const [topic] = rest
    return print(around, topic === undefined ? helpOfAll(commands) : helpOf(await find(commands, topic).load()))
  }
  const command = await find(commands, first).load()
  const { options, format, help } = parseOptions(command, rest)
  if (help) return print(around, helpOf(command))
  return command.run({ ...around, options, positionals: [], format })
}

function print({ stdout }: Surroundings, text: string): number {
  stdout(text)
  return EXIT.fine
}

function find(commands: readonly CommandEntry[], name: string): CommandEntry {
  const found = commands.find((command) => command.name === name)
  if (found) return found
  const names = commands.map((command) => command.name)
  const remedy = `${suggestName(name, names)} See \`lockstep help\`.`
  throw new LockstepError(
    { code: 'COMMAND_UNKNOWN', message: `There is no command "${name}".`, remedy },
    { kind: 'usage' },
  )
}

/** For errors that come before the options could be read. */
function formatAsked(words: readonly string[]): Format {
  const asked = words.some(
    (word, index) => word === '--format=json' || (word === '--format' && words[index + 1] === 'json'),
  )
  return asked ? 'json' : 'text'
}

/** JSON alone on stdout; for people everything that is not a result goes to stderr. */
function report(error: unknown, format: Format, { stdout, stderr, env }: Surroundings): number {
  const write = format === 'json' ? stdout : stderr
  if (error instanceof LockstepError) {
    write(printProblems(error.problems, format))
    return EXIT_OF[error.kind]
  }
  if (env.LOCKSTEP_DEBUG) stderr(`${error instanceof Error ? error.stack : String(error)}\n`)
  write(printProblems([defect(error)], format))
  return EXIT.unreachable
}

function defect(error: unknown) {
  const words = (error instanceof Error ? error.message : String(error)).split('\n')[0]
  return {
    code: 'INTERNAL',
    message: `This is a defect of Lockstep: ${words}.`,
    remedy: 'Please report it with what LOCKSTEP_DEBUG=1 shows.',
  }
}
