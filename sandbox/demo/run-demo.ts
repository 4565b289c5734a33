import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTrouble } from './log-trouble.ts'
import { type Stage, setStage } from './stage.ts'
import { STORY } from './story/story.ts'

export interface DemoOptions {
  /** Ends after the story instead of staying up. */
  readonly exit: boolean
  readonly kubeconfig?: string
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

const REMOVAL = { recursive: true, force: true, maxRetries: 5 } as const

/** Sets the stage, plays the story, and stays up until the signal. Answers whether every step was verified. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-demo-'))
  const { print, signal } = options
  const guard = () => rmSync(directory, REMOVAL)
  process.once('exit', guard)
  let stage: Stage | undefined
  try {
    const progress = (line: string) => print(`  ${line}`)
    stage = await setStage({ directory, kubeconfig: options.kubeconfig, progress, signal })
    introduce(stage, print)
    const told = await playStory(stage, print, signal)
    if (!told || options.exit) return told
    invite(stage, print)
    if (!signal.aborted) await once(signal, 'abort')
    return told
  } finally {
    await stage?.close()
    await rm(directory, REMOVAL)
    process.off('exit', guard)
  }
}

async function playStory(stage: Stage, print: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  const started = Date.now()
  const stopped = rejectOnAbort(signal)
  stopped.catch(() => undefined)
  for (const [index, step] of STORY.entries()) {
    if (signal.aborted) return false
    const began = Date.now()
    const number = String(index + 1).padStart(2)
    try {
      const happened = await Promise.race([step.play(stage.scene), stopped])
      print(`${number} ✓ ${step.name} (${seconds(began)})\n     ${happened}`)
    } catch (error) {
      if (signal.aborted) return false
      print(`${number} ✗ ${step.name}\n     ${(error as Error).message}`)
      await explain(stage, print)
      return false
    }
  }
  print(`The story took ${seconds(started)}; every step was verified through GitHub, git and the Kubernetes API.`)
  return true
}

/** A step may wait for a minute; Ctrl-C does not. */
async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}

/** The log goes with the demo's folder, so what it complained about is said here. */
async function explain({ logFile }: Stage, print: (line: string) => void): Promise<void> {
  const trouble = await readTrouble(logFile)
  if (trouble.length === 0) return print("     Lockstep's log has no warning.")
  print("     The last warnings of Lockstep's log:")
  for (const line of trouble) print(`       ${line}`)
}

function introduce(stage: Stage, print: (line: string) => void): void {
  print(`GitHub      ${stage.repositoryUrl}`)
  print(`Lockstep    ${stage.lockstepUrl}/metrics`)
  print(`Kubernetes  KUBECONFIG=${stage.kubeconfig}`)
}

function invite(stage: Stage, print: (line: string) => void): void {
  print('')
  print('It is yours now. Some things to try:')
  print(`  git clone ${stage.cloneUrl} && cd shop     # edit, push a branch, open a pull request on the page`)
  print(`  ${stage.repositoryUrl}/pulls     # read the comment and the checks, comment /promote or /help`)
  print(`  KUBECONFIG=${stage.kubeconfig} kubectl -n staging scale deployment checkout --replicas 7`)
  print(`  tail -f ${stage.logFile}`)
  print('Ctrl-C ends everything and leaves nothing behind.')
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`
}
