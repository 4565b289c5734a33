import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals'
import { createBinaryBuilder } from '../../../../src/adapters/kustomize/binary-builder.ts'
import { BuildDeclined, type Builder, type BuildRequest } from '../../../../src/adapters/kustomize/builder.ts'
import { requestFrames } from '../../../../src/adapters/kustomize/resident/frames.ts'
import {
  createResidentBuilder,
  type ResidentBuilderOptions,
} from '../../../../src/adapters/kustomize/resident/resident-builder.ts'
import { answerOf, rawRequest } from '../../../support/build-request.ts'
import { eventually } from '../../../support/eventually.ts'
import { temporaryDirectory } from '../../../support/git-repository.ts'
import { kustomizeForTests } from '../../../support/kustomize.ts'
import { residentRendererForTests } from '../../../support/resident-renderer.ts'

const found = await residentRendererForTests()
const temporary = temporaryDirectory('lockstep-resident')
afterAll(() => temporary.remove())

/** The program under a name that tells its processes from everybody else's. */
const program = join(temporary.path, 'renderer')
if (found !== undefined) symlinkSync(found, program)
const residentTest = found === undefined ? test.todo.bind(test) : test

const configMap = (name: string, data = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${data}`
const small = (name = 'a') =>
  rawRequest({ 'prod/kustomization.yaml': 'resources: [a.yaml]\n', 'prod/a.yaml': configMap(name) })
/** Takes kustomize minutes. */
const endless = (signal = new AbortController().signal): BuildRequest => ({
  ...rawRequest({
    'prod/kustomization.yaml': 'resources: [a.yaml]\n',
    'prod/a.yaml': Array.from({ length: 20_000 }, (_, index) => configMap(`c${index}`)).join('---\n'),
  }),
  signal,
})
const rendered = (name = 'a') => ({ text: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n` })
const refused = (code: string) => ({
  problems: [expect.objectContaining({ code, message: expect.stringContaining('prod') })],
})

let builder: Builder
function open(options: Partial<ResidentBuilderOptions> = {}): Builder {
  builder = createResidentBuilder({ program, processes: 1, ...options })
  return builder
}
beforeEach(() => {
  open()
})
afterEach(async () => {
  await builder.close()
  await allGone()
})

/** Process ids of our renderers. */
function running(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).split('\0')[0] === program)
    .map(Number)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** The renderer that has been at work for a while. */
function busy(): Promise<number> {
  return eventually(() => running().find((pid) => processorTicks(pid) > 20))
}

function processorTicks(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[13])
  } catch {
    return 0 // It has ended.
  }
}

const allGone = () => eventually(() => running().length === 0)

residentTest(
  'a build whose process is killed is refused as the binary’s would be, and the next one is built',
  async () => {
    const answer = answerOf(builder, endless())
    process.kill(await busy(), 'SIGKILL')
    expect(await answer).toEqual(refused('KUSTOMIZE_MEMORY'))
    expect(await answerOf(builder, small())).toEqual(rendered())
  },
)

residentTest('a process that was killed between two builds is replaced unnoticed', async () => {
  await answerOf(builder, small())
  for (const pid of running()) process.kill(pid, 'SIGKILL')
  expect(await answerOf(builder, small('b'))).toEqual(rendered('b'))
})

residentTest(
  'a used process that breaks down says nothing about the overlay: a fresh one builds it again',
  async () => {
    await answerOf(builder, small())
    const [used] = running()
    const answer = answerOf(builder, endless())
    process.kill(await busy(), 'SIGKILL')
    await eventually(() => running().some((pid) => pid !== used))
    process.kill(await busy(), 'SIGKILL')
    expect(await answer).toEqual(refused('KUSTOMIZE_MEMORY'))
  },
)

residentTest('a build that takes too long is ended, and the next one is built', async () => {
  open({ limits: { timeoutMs: 300 } })
  expect(await answerOf(builder, endless())).toEqual(refused('KUSTOMIZE_TIMEOUT'))
  expect(running()).toEqual([])
  open()
  expect(await answerOf(builder, small())).toEqual(rendered())
})

residentTest('calling a build off ends its process, and lets the one that waits for it go on', async () => {
  const controller = new AbortController()
  const [answer, next] = [answerOf(builder, endless(controller.signal)), answerOf(builder, small())]
  const pid = await busy()
  controller.abort()
  expect(await answer).toEqual(refused('KUSTOMIZE_ABORTED'))
  expect(await next).toEqual(rendered())
  expect(running()).not.toContain(pid)
})

residentTest('a build that is called off while it waits never starts', async () => {
  const [first, waiting] = [new AbortController(), new AbortController()]
  const [answer, next] = [
    answerOf(builder, endless(first.signal)),
    answerOf(builder, { ...small(), signal: waiting.signal }),
  ]
  await busy()
  waiting.abort()
  expect(await next).toEqual(refused('KUSTOMIZE_ABORTED'))
  first.abort()
  expect(await answer).toEqual(refused('KUSTOMIZE_ABORTED'))
  expect(await answerOf(builder, { ...small(), signal: AbortSignal.abort() })).toEqual(refused('KUSTOMIZE_ABORTED'))
})

residentTest('an alias bomb ends as it does with the binary', async () => {
  const nine = (item: string) => Array.from({ length: 9 }, () => item).join(',')
  const levels = Array.from({ length: 8 }, (_, level) => `a${level + 1}: &a${level + 1} [${nine(`*a${level}`)}]\n`)
  const bomb = `apiVersion: v1\nkind: Widget\nmetadata: {name: w}\na0: &a0 [${nine('x')}]\n${levels.join('')}`
  const request = rawRequest({
    'prod/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: x-\n',
    'prod/a.yaml': bomb,
  })
  const binary = createBinaryBuilder({ binary: await kustomizeForTests() })
  expect(await answerOf(binary, request)).toEqual(refused('KUSTOMIZE_MEMORY'))
  expect(await answerOf(builder, request)).toEqual(refused('KUSTOMIZE_MEMORY'))
  expect(await answerOf(builder, small())).toEqual(rendered())
})

residentTest('a render larger than allowed is refused before it is read', async () => {
  open({ limits: { outputBytes: 100_000 } })
  const request = rawRequest({
    'prod/kustomization.yaml': 'configMapGenerator: [{name: a, files: [f]}]\n',
    'prod/f': 'x\n'.repeat(100_000),
  })
  expect(await answerOf(builder, request)).toEqual(refused('KUSTOMIZE_OUTPUT'))
  expect(await answerOf(builder, small())).toEqual(rendered())
})

residentTest('what one build has changed for its process, no other build meets', async () => {
  const schema = rawRequest({
    'prod/kustomization.yaml': 'resources: [a.yaml]\nopenapi: {path: schema.json}\n',
    'prod/schema.json': '{"definitions": {}}',
    'prod/a.yaml': configMap('a'),
  })
  await answerOf(builder, small())
  const before = running()
  // Not announced: the process notices by itself.
  expect(await answerOf(builder, schema)).toEqual(rendered())
  expect(await answerOf(builder, small())).toEqual(rendered())
  const after = running()
  expect(after).not.toEqual(before)
  expect(await answerOf(builder, { ...schema, ownProcess: true })).toEqual(rendered())
  await allGone()
})

residentTest('fifty builds at once share two processes, and each gets its own answer', async () => {
  open({ processes: 2 })
  const names = Array.from({ length: 50 }, (_, index) => `n${index}`)
  const answers = await Promise.all(names.map((name) => answerOf(builder, small(name))))
  expect(answers).toEqual(names.map(rendered))
  expect(running()).toHaveLength(2)
})

residentTest('nothing of this machine can be read, by path or by link', async () => {
  const secret = join(temporary.path, 'secret')
  writeFileSync(secret, 'hunter2=hunter2')
  const kustomization = (file: string) => ({
    'prod/kustomization.yaml': `configMapGenerator: [{name: a, envs: [${file}]}]\n`,
  })
  const up = '../'.repeat(20)
  const requests = [
    rawRequest(kustomization(secret)),
    rawRequest(kustomization(`${up}${secret.slice(1)}`)),
    rawRequest(kustomization('link'), { 'prod/link': secret }),
    rawRequest(kustomization('link/secret'), { 'prod/link': temporary.path }),
    rawRequest({ 'prod/kustomization.yaml': 'resources: [https://127.0.0.1:1/a.yaml]\n' }),
    rawRequest({ 'prod/kustomization.yaml': 'resources: [https://github.com/acme/bases//redis?ref=v1]\n' }),
  ]
  for (const request of requests) {
    const answer = await answerOf(builder, request)
    expect(answer).toEqual(refused('KUSTOMIZE_FAILED'))
    expect(JSON.stringify(answer)).not.toContain('hunter2=')
  }
})

residentTest('charts are left to a builder that has helm', async () => {
  await expect(builder.build({ ...small(), charts: true })).rejects.toBeInstanceOf(BuildDeclined)
})

test('a program that cannot be run, or is something else, declines everything', async () => {
  for (const command of [join(temporary.path, 'nothing'), '/bin/false', '/bin/cat']) {
    open({ program: command, limits: { timeoutMs: 2_000 } })
    await expect(builder.version()).rejects.toBeInstanceOf(BuildDeclined)
  }
  for (const command of [join(temporary.path, 'nothing'), '/bin/false', '/bin/cat']) {
    await expect(open({ program: command }).build(small())).rejects.toBeInstanceOf(BuildDeclined)
  }
})

residentTest('a renderer whose parent is gone ends in the middle of a build', async () => {
  const child = spawn(program, { stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = new Promise((resolve) => child.on('close', resolve))
  child.stdin.write(requestFrames(endless()))
  await busy()
  child.stdin.end()
  expect(await ended).toBe(0)
})

residentTest('idle renderers do not keep a program from ending, and end with it', async () => {
  const script = `
    import { createResidentBuilder } from '${fileURLToPath(new URL('../../../../src/adapters/kustomize/resident/resident-builder.ts', import.meta.url))}'
    const file = { path: 'prod/kustomization.yaml', mode: '100644', content: Buffer.from('configMapGenerator: [{name: a}]') }
    const request = { overlay: 'prod', files: [file], charts: false, ownProcess: false, signal: new AbortController().signal }
    const builder = createResidentBuilder({ program: ${JSON.stringify(program)} })
    console.log((await builder.build(request)).toString())`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout).toContain('kind: ConfigMap')
  await allGone()
})
