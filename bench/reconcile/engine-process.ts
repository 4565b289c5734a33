// Lockstep's engine in a process of its own. Each line on standard input gets one line of JSON:
// `reconcile APPLICATION FILE`, `know APPLICATION FILE` (a commit, and nothing more), `watch` (answers once every target is known).
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Engine } from './engine.ts'
import { readingRenderer, targetOf, treeOfFiles } from './one-file.ts'

export interface EngineAnswer {
  readonly milliseconds: number
  readonly code?: string
  readonly message?: string
  readonly requests?: Readonly<Record<string, number>>
}

const [kubeconfig = '', context = ''] = process.argv.slice(2)
const files = new Map<string, string>()
let engine: Engine | undefined
let commits = 0

/** Opening is in the time of the first answer: a cold start is that of everything. */
async function opened(): Promise<Engine> {
  engine ??= await Engine.open({ kubeconfig, context, renderer: readingRenderer() })
  engine.commit(`${process.pid}-${commits}`, treeOfFiles(files))
  return engine
}

async function reconcile(application: string): Promise<Omit<EngineAnswer, 'milliseconds'>> {
  const { outcome, requests, problems } = await (await opened()).reconcile(targetOf(application))
  const failed = problems.find(({ code }) => code !== 'OBJECT_PROGRESSING' && code !== 'OBJECT_DEGRADED')
  const { code, message } = failed ?? outcome
  return { code, message, requests: { ...requests } }
}

async function watch(): Promise<void> {
  const engine = await opened()
  engine.watch([...files.keys()].map(targetOf))
  while ((await engine.known()) < files.size) await sleep(20)
}

async function answer(line: string): Promise<EngineAnswer> {
  const [command, application = '', file = ''] = line.split(' ')
  if (application) {
    files.set(application, file)
    commits++
  }
  const begun = performance.now()
  const said = command === 'reconcile' ? await reconcile(application) : undefined
  if (command === 'watch') await watch()
  return { milliseconds: performance.now() - begun, ...said }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`)
}
await engine?.[Symbol.asyncDispose]()
