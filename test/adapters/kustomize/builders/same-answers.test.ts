import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from '@jest/globals'
import { openLocalRepository } from '../../../../src/adapters/git/local-repository.ts'
import { createBinaryBuilder } from '../../../../src/adapters/kustomize/binary-builder.ts'
import { createResidentBuilder } from '../../../../src/adapters/kustomize/resident/resident-builder.ts'
import { BROKEN } from '../../../support/broken-overlays.ts'
import { answerOf, rawRequest, scannedRequest } from '../../../support/build-request.ts'
import { createRepository, temporaryDirectory } from '../../../support/git-repository.ts'
import { kustomizeForTests } from '../../../support/kustomize.ts'
import { FEATURES } from '../../../support/kustomize-features.ts'
import { residentRendererForTests } from '../../../support/resident-renderer.ts'

const binary = createBinaryBuilder({ binary: await kustomizeForTests() })
const program = await residentRendererForTests()
const resident = program === undefined ? undefined : createResidentBuilder({ program })
const builders = { binary, ...(resident && { resident }) }
afterAll(() => resident?.close())

/** What the builders answer, told apart by name only where they differ. */
async function answers(request: Parameters<typeof answerOf>[1]) {
  const all = await Promise.all(Object.values(builders).map((builder) => answerOf(builder, request)))
  const [first] = all
  if (first === undefined) throw new Error('there are no builders')
  for (const other of all) expect(other).toEqual(first)
  return first
}

test('both call themselves by the same kustomize, so their renders may share a cache', async () => {
  const versions = await Promise.all(Object.values(builders).map((builder) => builder.version()))
  expect(new Set(versions)).toEqual(new Set([await binary.version()]))
})

describe('the same bytes for', () => {
  test.each(Object.keys(FEATURES))('%s', async (name) => {
    const request = await scannedRequest(FEATURES[name] as never, 'prod')
    const answer = await answers(request)
    expect(answer).toEqual({ text: expect.stringContaining('kind: ') })
  })

  test('every overlay of the example', async () => {
    const temporary = temporaryDirectory('lockstep-builders')
    const shop = `${temporary.path}/shop`
    cpSync(fileURLToPath(new URL('../../../../examples/shop', import.meta.url)), shop, { recursive: true })
    createRepository(shop).commit('the shop')
    const tree = await (await openLocalRepository(shop)).workTree()
    const overlays = [...(await tree.entries()).keys()].filter((path) =>
      /\/overlays\/[^/]+\/kustomization\.ya?ml$/.test(path),
    )
    expect(overlays.length).toBeGreaterThanOrEqual(12)
    for (const path of overlays) {
      const answer = await answers(await scannedRequest(tree, path.replace(/\/[^/]+$/, '')))
      expect(answer).toHaveProperty('text')
    }
    temporary.remove()
  })
})

describe('the same problem, with file and line, for', () => {
  test.each(Object.keys(BROKEN))('%s', async (name) => {
    const request = await scannedRequest(BROKEN[name] as never, 'prod')
    const answer = await answers(request)
    expect(answer).toEqual({
      problems: [expect.objectContaining({ code: 'KUSTOMIZE_FAILED', file: expect.any(String) })],
    })
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|lockstep-render|goroutine/)
  })
})

const K = 'prod/kustomization.yaml'
const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'

/** No scan lets these through; were one to slip by, nothing happens beyond the refusal. */
const UNSCANNED: Readonly<Record<string, ReturnType<typeof rawRequest>>> = {
  'links in a circle': rawRequest(
    { [K]: 'resources: [a.yaml]\n' },
    { 'prod/a.yaml': 'b.yaml', 'prod/b.yaml': 'a.yaml' },
  ),
  'a file for a directory': rawRequest({ [K]: 'resources: [a.yaml/b.yaml]\n', 'prod/a.yaml': CM }),
  'a directory for a file': rawRequest({ [K]: 'configMapGenerator: [{name: x, files: [sub]}]\n', 'prod/sub/a': '' }),
  'a file that is not there': rawRequest({ [K]: 'resources: [nope.yaml]\n' }),
  'a base that is not there': rawRequest({ [K]: 'resources: [../nope/sub]\n' }),
  'a file outside its directory': rawRequest({
    [K]: 'configMapGenerator: [{name: x, files: [../other/f]}]\n',
    'other/f': 'x',
  }),
  'a circle of bases': rawRequest({
    [K]: 'resources: [../other]\n',
    'other/kustomization.yaml': 'resources: [../prod]\n',
  }),
  'two kustomizations': rawRequest({ [K]: 'resources: []\n', 'prod/kustomization.yml': 'resources: []\n' }),
  'no kustomization': rawRequest({ 'prod/a.yaml': CM }),
  'no such overlay': rawRequest({ 'other/a.yaml': CM }),
  'a chart': rawRequest({ [K]: 'helmCharts: [{name: x, version: "1", repo: https://charts.example.com}]\n' }),
  'a program for a generator': rawRequest({
    [K]: 'generators: [g.yaml]\n',
    'prod/g.yaml':
      'apiVersion: x/v1\nkind: G\nmetadata: {name: g, annotations: {config.kubernetes.io/function: "exec: {path: ./run.sh}"}}\n',
  }),
  'a container for a transformer': rawRequest({
    [K]: 'resources: [a.yaml]\ntransformers: [t.yaml]\n',
    'prod/a.yaml': CM,
    'prod/t.yaml':
      'apiVersion: x/v1\nkind: T\nmetadata: {name: t, annotations: {config.kubernetes.io/function: "container: {image: x}"}}\n',
  }),
  'a plugin in Go': rawRequest({
    [K]: 'generators: [g.yaml]\n',
    'prod/g.yaml': 'apiVersion: someteam.example.com/v1\nkind: G\nmetadata: {name: g}\n',
  }),
}

describe('the same refusal, should it ever reach a builder, of', () => {
  test.each(Object.keys(UNSCANNED))('%s', async (name) => {
    const answer = await answers(UNSCANNED[name] as never)
    expect(answer).toEqual({ problems: [expect.objectContaining({ code: 'KUSTOMIZE_FAILED' })] })
  })
})
