import { spawn } from 'node:child_process'

/** git ended with a failure; `code` is its exit status. */
export class GitFailure extends Error {
  readonly code: number
  readonly stdout: string

  constructor(args: readonly string[], code: number, stdout: string, stderr: string) {
    super(`git ${args[0] ?? ''} ended with ${code}: ${stderr.trim() || stdout.trim()}`)
    this.code = code
    this.stdout = stdout
  }
}

/** The environment of every git process here: nothing of the machine's or the user's configuration. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...extra,
  }
}

/** Once it runs, git is in a group of its own and none of these reaches it; one that came in between ended it before it had begun. */
const OF_A_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGHUP', 'SIGQUIT'])

export interface GitOptions {
  readonly cwd: string
  readonly input?: string | Buffer
  readonly env?: Readonly<Record<string, string>>
}

/** Bytes that git printed. Throws GitFailure on any exit status but 0. */
export function runGit(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  // A group of its own: Ctrl-C ends whoever runs this GitHub, and must not cut a write of a repository in two.
  const child = spawn('git', args, { cwd: options.cwd, env: gitEnvironment(options.env), detached: true })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.on('error', reject)
  child.on('close', (code, signal) => {
    const stdout = Buffer.concat(out)
    if (signal !== null && OF_A_TERMINAL.has(signal)) resolve(runGit(args, options))
    else if (code === 0) resolve(stdout)
    else reject(new GitFailure(args, code ?? -1, stdout.toString(), Buffer.concat(err).toString()))
  })
  // git may close its input early when it refuses; its exit status says why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  return promise
}
