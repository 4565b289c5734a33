import { COMMANDS, type CommandEntry } from '../../src/cli/command-table.ts'
import { runCli } from '../../src/cli/frame.ts'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** `lockstep <words>` in this process, as a person would see it. */
export async function runCommand(
  words: readonly string[],
  options: {
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string | undefined>>
    readonly commands?: readonly CommandEntry[]
    readonly signal?: AbortSignal
  } = {},
): Promise<CommandResult> {
  const stdout: string[] = []
  const stderr: string[] = []
  const code = await runCli(options.commands ?? COMMANDS, words, {
    version: '9.9.9',
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? {},
    stdout: (text) => stdout.push(text),
    stderr: (text) => stderr.push(text),
    signal: options.signal ?? new AbortController().signal,
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}
