// Lockstep's engine in a process of its own. Each line on standard input gets one line of JSON: `reconcile FILE`, `watch`.
import { createInterface } from 'node:readline'
import { Engine } from './engine.ts'
import { LOAD_TARGET, readingRenderer, treeOf } from './one-file.ts'

export interface EngineAnswer {
  readonly milliseconds: number
  readonly code?: string
  readonly message?: string
  readonly requests?: Readonly<Record<string, number>>
}

const [kubeconfig = '', context = ''] = process.argv.slice(2)
let engine: Engine | undefined
let commits = 0

/** Opening is in the time of the first: a cold start is that of everything. */
async function reconcile(file: string): Promise<EngineAnswer> {
  const tree = await treeOf(file)
  const begun = performance.now()
  engine ??= await Engine.open({ kubeconfig, context, renderer: readingRenderer() })
  engine.commit(`${process.pid}-${++commits}`, tree)
  const { outcome, requests, problems } = await engine.reconcile(LOAD_TARGET)
  const milliseconds = performance.now() - begun
  const failed = problems.find(({ code }) => code !== 'OBJECT_PROGRESSING' && code !== 'OBJECT_DEGRADED')
  const message = failed?.message ?? outcome.message
  return { milliseconds, code: failed?.code ?? outcome.code, message, requests: { ...requests } }
}

async function answer(line: string): Promise<EngineAnswer> {
  const [command, file = ''] = line.split(' ')
  if (command === 'reconcile') return reconcile(file)
  engine?.watch([LOAD_TARGET])
  return { milliseconds: 0 }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`)
}
await engine?.[Symbol.asyncDispose]()
