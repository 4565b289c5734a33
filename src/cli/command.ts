import type { RunResult } from './exit-codes.ts'

/** One `lockstep <command>`; one file a command, listed in src/cli.ts. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** e.g. `lockstep render --app A --env E [--ref REF]`. */
  readonly usage: string
  readonly examples: readonly { readonly command: string; readonly shows: string }[]
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Left out: all of them. */
  readonly formats?: readonly Format[]
  /** Throws LockstepError for everything that is the user's or the world's fault; the frame prints it and picks the exit code. */
  run(invocation: Invocation): Promise<RunResult>
}

export const FORMATS = ['text', 'json', 'markdown'] as const
export type Format = (typeof FORMATS)[number]

export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly description: string
  /** Shown in help, e.g. `DIR`. */
  readonly value?: string
  readonly default?: string
  readonly required?: boolean
  readonly multiple?: boolean
}

export interface Invocation {
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly positionals: readonly string[]
  readonly format: Format
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The result, and nothing else. */
  readonly stdout: (text: string) => void
  /** Messages and progress. */
  readonly stderr: (text: string) => void
  /** Aborted on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
}
