import { beforeAll, expect, test } from '@jest/globals'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import type { Renderer } from '../../../src/model/renderer.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { revealed } from '../../support/canaries.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'

let renderer: Renderer
beforeAll(async () => {
  renderer = createKustomizeRenderer({ binary: await kustomizeForTests() })
}, KUSTOMIZE_SETUP_MS)

const VALUE = 'cnry-7f3a/+ "9b1c" cnry'
const encoded = Buffer.from(VALUE).toString('base64')
const quoted = JSON.stringify(VALUE)
const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: ${quoted}}\n`
const patch = (operation: object) => JSON.stringify(JSON.stringify([operation]))
const merge = JSON.stringify('{apiVersion: v1, kind: ConfigMap, metadata: {name: none}}')

/** Each build fails, and most of them quote what they cannot use. */
test.each<[string, string, Record<string, string>]>([
  ['a literal without =', `secretGenerator: [{name: s, literals: [${quoted}]}]`, {}],
  ['the same key twice in an env file', 'secretGenerator: [{name: s, envs: [e]}]', { e: `a=${VALUE}\na=${VALUE}\n` }],
  ['a file that is no YAML', 'resources: [s.yaml]', { 's.yaml': `${secret}  oops: [${VALUE}\n` }],
  [
    'a misspelt field',
    `resources: [s.yaml]\npatches: [{patch: ${merge}}]`,
    { 's.yaml': secret.replace('stringData', 'string_data') },
  ],
  ['data that is a list', 'resources: [s.yaml]\nnamePrefix: [1]', { 's.yaml': secret.replace(/\{a: (.*)\}/, '[$1]') }],
  [
    'data in base64',
    `resources: [s.yaml]\npatches: [{patch: ${merge}}]`,
    { 's.yaml': `${secret}data: {b: ${encoded}}\n` },
  ],
  [
    'a patch that a pattern aims at Secrets',
    `resources: [s.yaml]\npatches: [{target: {kind: Sec.*}, patch: ${patch({ op: 'test', path: '/stringData/a', value: `${VALUE} ` })}}]`,
    { 's.yaml': secret },
  ],
  [
    'a patch aimed by name',
    `resources: [s.yaml]\npatches: [{target: {name: s}, patch: ${patch({ op: 'add', path: '/nowhere/a/b', value: VALUE })}}]`,
    { 's.yaml': secret },
  ],
  [
    'a patch in a file that is no patch',
    'resources: [s.yaml]\npatches: [{target: {kind: Secret}, path: p.yaml}]',
    { 's.yaml': secret, 'p.yaml': `stringData: [${VALUE}: {secret\n` },
  ],
  [
    'a replacement into a field that is none',
    'resources: [s.yaml, c.yaml]\nreplacements: [{source: {kind: Secret, name: s, fieldPath: stringData.a}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x.y]}]}]',
    { 's.yaml': secret, 'c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {x: text}\n' },
  ],
])('a build that fails shows no value of a Secret: %s', async (_, kustomization, files) => {
  const error = await renderer.render(memoryTree({ 'kustomization.yaml': `${kustomization}\n`, ...files }), '.').then(
    () => new Error('it was built'),
    (refused: Error) => refused,
  )
  expect(error.message).not.toBe('it was built')
  expect(revealed(`${error.message} ${JSON.stringify(error)} ${error.stack} ${error.cause ?? ''}`, 'cnry')).toEqual([])
})
