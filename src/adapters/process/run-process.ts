import { spawn } from 'node:child_process'
import { forgetGroup, killGroup, trackGroup } from './process-group.ts'

export interface ProcessCall {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input?: string | Buffer
  readonly timeoutMs: number
  /** Bytes of standard output, and of standard error, before the process is stopped. */
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

export interface ProcessResult {
  /** `missing`: there is no such command. */
  readonly ended: 'exit' | 'missing' | 'timeout' | 'too-much-output' | 'aborted'
  /** -1 unless it ended by itself. */
  readonly code: number
  /** The signal that ended it, where somebody else sent one. */
  readonly killedBy?: NodeJS.Signals
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Runs a command in a process group of its own, without a shell, and waits for it. When the deadline, the caps or the signal end
 * it, the whole group is killed, so nothing it started stays behind. Never throws for what the command does.
 */
export function runProcess(call: ProcessCall): Promise<ProcessResult> {
  if (call.signal?.aborted) return Promise.resolve(result('aborted'))
  return new Promise((resolve, reject) => {
    const child = spawn(call.command, call.args, { cwd: call.cwd, env: call.env, detached: true, stdio: 'pipe' })
    let ended: ProcessResult['ended'] = 'exit'
    const stop = (reason: ProcessResult['ended']) => {
      if (ended === 'exit') ended = reason
      killGroup(child)
    }
    const timer = setTimeout(() => stop('timeout'), call.timeoutMs)
    const onAbort = () => stop('aborted')
    call.signal?.addEventListener('abort', onAbort)
    const stdout = collect(child.stdout, call.maxBytes, () => stop('too-much-output'))
    const stderr = collect(child.stderr, call.maxBytes, () => stop('too-much-output'))
    const finish = () => {
      clearTimeout(timer)
      call.signal?.removeEventListener('abort', onAbort)
      forgetGroup(child)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      finish()
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(result('missing'))
      else reject(error)
    })
    child.on('close', (code, killedBy) => {
      finish()
      const output = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }
      resolve({ ...result(ended), ...output, code: code ?? -1, ...(killedBy && { killedBy }) })
    })
    trackGroup(child)
    child.stdin.on('error', () => undefined)
    child.stdin.end(call.input)
  })
}

function result(ended: ProcessResult['ended']): ProcessResult {
  return { ended, code: -1, stdout: Buffer.alloc(0), stderr: '' }
}

function collect(stream: NodeJS.ReadableStream, maxBytes: number, onTooMuch: () => void): Buffer[] {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > maxBytes) onTooMuch()
    else chunks.push(chunk)
  })
  return chunks
}
