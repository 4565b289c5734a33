import { once } from 'node:events'
import { readTrouble } from './log-trouble.ts'
import type { Stage } from './stage.ts'
import type { Step } from './story/step.ts'

/** Plays the steps in order, one line each, until one fails or the signal comes. Answers whether all were verified. */
export async function playStory(
  story: readonly Step[],
  stage: Pick<Stage, 'scene' | 'logFile'>,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const started = Date.now()
  const stopped = rejectOnAbort(signal)
  stopped.catch(() => undefined)
  for (const [index, step] of story.entries()) {
    if (signal.aborted) return false
    const began = Date.now()
    const number = String(index + 1).padStart(2)
    try {
      const happened = await Promise.race([step.play(stage.scene), stopped])
      print(`${number} ✓ ${step.name} (${secondsSince(began)})\n     ${happened}`)
    } catch (error) {
      if (signal.aborted) return false
      print(`${number} ✗ ${step.name}\n     ${(error as Error).message}`)
      await explain(stage.logFile, print)
      return false
    }
  }
  print(`The story took ${secondsSince(started)}; every step was verified through GitHub, git and the Kubernetes API.`)
  return true
}

/** A step may wait for a minute; Ctrl-C does not. */
async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}

/** The log goes with the demo's folder, so what it complained about is said here. */
async function explain(logFile: string, print: (line: string) => void): Promise<void> {
  const trouble = await readTrouble(logFile)
  if (trouble.length === 0) return print("     Lockstep's log has no warning.")
  print("     The last warnings of Lockstep's log:")
  for (const line of trouble) print(`       ${line}`)
}

function secondsSince(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`
}
