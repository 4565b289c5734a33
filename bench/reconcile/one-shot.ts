import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { followPeak } from './process-memory.ts'

export interface OneShot {
  readonly milliseconds: number
  /** The most that was resident. */
  readonly peakBytes: number
  readonly stdout: string
}

/** Runs a command from its start to its end. Throws with what it complained of where it ends with another code than these. */
export async function runOnce(path: string, args: readonly string[], codes: readonly number[] = [0]): Promise<OneShot> {
  const begun = performance.now()
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    texts.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    texts.stderr = `${texts.stderr}${chunk}`.slice(-4_000)
  })
  const peak = followPeak(child.pid ?? 0)
  const [code] = await once(child, 'close')
  const milliseconds = performance.now() - begun
  if (!codes.includes(code)) throw new Error(`${path} ended with ${code}: ${texts.stderr}`)
  return { milliseconds, peakBytes: await peak, stdout: texts.stdout }
}
