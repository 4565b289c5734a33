import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Stage, setStage } from './stage.ts'
import { STORY } from './story/story.ts'

export interface DemoOptions {
  /** Ends after the story instead of staying up. */
  readonly exit: boolean
  readonly kubeconfig?: string
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Sets the stage, plays the story, and stays up until the signal. Answers whether every step was verified. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-demo-'))
  const { print, signal } = options
  let stage: Stage | undefined
  try {
    stage = await setStage({ directory, kubeconfig: options.kubeconfig, progress: (line) => print(`  ${line}`) })
    introduce(stage, print)
    const told = await playStory(stage, print, signal)
    if (!told || options.exit) return told
    invite(stage, print)
    await new Promise((resolve) => (signal.aborted ? resolve(0) : signal.addEventListener('abort', resolve)))
    return told
  } finally {
    await stage?.close()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function playStory(stage: Stage, print: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  const started = Date.now()
  for (const [index, step] of STORY.entries()) {
    if (signal.aborted) return false
    const began = Date.now()
    const number = String(index + 1).padStart(2)
    try {
      const happened = await step.play(stage.scene)
      print(`${number} ✓ ${step.name} (${seconds(began)})\n     ${happened}`)
    } catch (error) {
      if (signal.aborted) return false
      print(`${number} ✗ ${step.name}\n     ${(error as Error).message}\n     Lockstep's log: ${stage.logFile}`)
      return false
    }
  }
  print(`The story took ${seconds(started)}; every step was verified through GitHub, git and the Kubernetes API.`)
  return true
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
