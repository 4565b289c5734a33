import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { LockstepError, type Problem, type ProblemKind } from '../../model/errors.ts'
import { type ProcessResult, runProcess } from '../process/run-process.ts'
import { isDamage } from './damage.ts'

export interface GitOptions {
  readonly input?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Exit codes that are answers; 0 only by default. */
  readonly codes?: readonly number[]
  /** Configuration of this call alone, through the environment: nothing of it is in the argument list. */
  readonly config?: Readonly<Record<string, string>>
}

export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** git in one repository, cut off from hooks, prompts, helpers, user and system configuration, and from the network unless told. */
export interface Git {
  run(args: readonly string[], options?: GitOptions): Promise<GitAnswer>
  /** Starts a git that is talked with, in a process group of its own: to be ended by whoever starts it. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams
  /** To be called by whoever finds that the repository on disk is damaged. */
  noteDamage(): void
}

export interface GitPlace {
  readonly cwd: string
  /** Left out, git looks for the repository from `cwd` upwards. */
  readonly gitDirectory?: string
  readonly workTree?: string
  readonly onDamage?: () => void
}

const READ_TIMEOUT_MS = 60_000
const MAX_BYTES = 256 * 1024 * 1024

export function createGit(place: GitPlace): Git {
  const where = [
    ...(place.gitDirectory === undefined ? [] : [`--git-dir=${place.gitDirectory}`]),
    ...(place.workTree === undefined ? [] : [`--work-tree=${place.workTree}`]),
  ]
  const noteDamage = () => place.onDamage?.()
  return {
    noteDamage,
    start(args) {
      const env = { ...environment(place), ...configEnvironment(HARDENED) }
      return spawn('git', [...where, ...args], { cwd: place.cwd, env, detached: true, stdio: 'pipe' })
    },
    async run(args, options = {}) {
      const done = await runProcess({
        command: 'git',
        args: [...where, ...args],
        cwd: place.cwd,
        env: { ...environment(place), ...configEnvironment({ ...HARDENED, ...options.config }) },
        timeoutMs: options.timeoutMs ?? READ_TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        ...(options.input !== undefined && { input: options.input }),
        ...(options.signal && { signal: options.signal }),
      })
      if (done.ended === 'exit' && (options.codes ?? [0]).includes(done.code)) return done
      if (isDamage(done.stderr)) noteDamage()
      throw gitError(args[0] ?? 'git', done)
    },
  }
}

const HARDENED: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.askPass': '',
  'credential.helper': '',
  'protocol.allow': 'never',
  'http.followRedirects': 'false',
  'fetch.recurseSubmodules': 'false',
  'submodule.recurse': 'false',
  'log.showSignature': 'false',
  'gc.autoDetach': 'false',
  'safe.directory': '*',
}

const PASSED_ON = [
  'PATH',
  'TMPDIR',
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  'GIT_SSL_CAINFO',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

function environment(place: GitPlace): Record<string, string | undefined> {
  const passed = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]))
  return {
    ...passed,
    // curl looks for credentials (~/.netrc) below HOME; git's own per-user ignore file matters only for a work tree.
    HOME: place.workTree === undefined ? place.cwd : process.env.HOME,
    XDG_CONFIG_HOME: place.workTree === undefined ? undefined : process.env.XDG_CONFIG_HOME,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
  }
}

function configEnvironment(config: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(config).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(Object.keys(config).length), ...Object.fromEntries(pairs) }
}

function gitError(command: string, done: ProcessResult): LockstepError {
  const [problem, kind] = problemOf(command, done)
  return new LockstepError(problem, { kind, cause: new GitFailure(done) })
}

/** What git said, for code that knows more about the call than this file does. */
export class GitFailure extends Error {
  readonly result: ProcessResult

  constructor(result: ProcessResult) {
    super(result.stderr)
    this.name = 'GitFailure'
    this.result = result
  }
}

function problemOf(command: string, done: ProcessResult): [Problem, ProblemKind] {
  switch (done.ended) {
    case 'missing':
      return [gitMissing, 'unreachable']
    case 'timeout':
      return [
        { code: 'GIT_TIMEOUT', message: `git ${command} did not finish in time.`, remedy: 'Try again.' },
        'unreachable',
      ]
    case 'aborted':
      return [{ code: 'GIT_TIMEOUT', message: `git ${command} was called off.`, remedy: 'Try again.' }, 'unreachable']
    case 'too-much-output':
      return [tooLarge, 'refused']
    case 'exit':
      return [
        { code: 'GIT_FAILED', message: `git ${command} failed: ${lastLine(done.stderr)}`, remedy: FAILED },
        'unreachable',
      ]
  }
}

const FAILED = 'Try again; if it stays, run the same command by hand.'

const gitMissing: Problem = {
  code: 'GIT_MISSING',
  message: 'git was not found on PATH.',
  remedy: 'Install git 2.38 or newer.',
}

const tooLarge: Problem = {
  code: 'GIT_TOO_LARGE',
  message: `The files asked for are larger than ${MAX_BYTES / 1024 / 1024} MiB together.`,
  remedy: 'Remove large files from what the overlay refers to.',
}

/** The line that says what went wrong, without the `fatal: `. */
export function lastLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? 'no message'
  return telling.replace(/^(?:fatal|error): /, '')
}
