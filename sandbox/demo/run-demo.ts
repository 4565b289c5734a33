import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { playStory } from './play-story.ts'
import { removeAtTheEnd } from './remove-at-the-end.ts'
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
  removeAtTheEnd(directory)
  let stage: Stage | undefined
  try {
    const progress = (line: string) => print(`  ${line}`)
    stage = await setStage({ directory, kubeconfig: options.kubeconfig, progress, signal })
    introduce(stage, print)
    const told = await playStory(STORY, stage, print, signal)
    if (!told || options.exit) return told
    invite(stage, print)
    if (!signal.aborted) await once(signal, 'abort')
    return told
  } finally {
    if (signal.aborted) print('Ending everything.')
    await stage?.close()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
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
