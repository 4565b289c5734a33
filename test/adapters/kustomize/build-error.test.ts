import { afterAll, describe, expect, test } from '@jest/globals'
import { createBinaryBuilder } from '../../../src/adapters/kustomize/binary-builder.ts'
import { createResidentBuilder } from '../../../src/adapters/kustomize/resident/resident-builder.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { answerOf, scannedRequest } from '../../support/build-request.ts'
import { kustomizeForTests } from '../../support/kustomize.ts'
import { residentRendererForTests } from '../../support/resident-renderer.ts'

const binary = createBinaryBuilder({ binary: await kustomizeForTests() })
const program = await residentRendererForTests()
const resident = program === undefined ? binary : createResidentBuilder({ program })
afterAll(() => resident.close())

const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  template: {spec: {containers: [{name: c, image: x}]}}
`
const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: b}\n'
const BASE = { 'base/kustomization.yaml': 'resources: [d.yaml]\n', 'base/d.yaml': deployment('web') }
const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n'

type Files = Readonly<Record<string, string>>
/** The kustomization of prod, after `resources: [../base]` on line 1. */
const prod = (rest: string, more: Files = {}): Files => ({
  ...BASE,
  'prod/kustomization.yaml': `resources: [../base]\n${rest}`,
  ...more,
})
/** prod with these lines of resources, and a.yaml. */
const resource = (text: string, entries = '- a.yaml', more: Files = {}): Files => ({
  'prod/kustomization.yaml': `resources:\n${entries}\n`,
  'prod/a.yaml': text,
  ...more,
})
const alone = (kustomization: string, more: Files = {}): Files => ({
  'prod/kustomization.yaml': kustomization,
  ...more,
})
const patched = (patch: string): Files =>
  prod('patches:\n- target: {kind: Deployment}\n  path: p.yaml\n', { 'prod/p.yaml': patch })

const K = 'prod/kustomization.yaml'
/** `at` is file, line and, where one is known, the object. */
type Case = readonly [what: string, at: string, words: string, files: Files]

const CASES: readonly Case[] = [
  [
    'a JSON patch without target',
    `${K}:3`,
    'specify a target',
    prod('patches:\n- path: p.yaml\n', { 'prod/p.yaml': '- {op: remove, path: /x}\n' }),
  ],
  [
    'a JSON patch that replaces nothing',
    'prod/p.yaml:3',
    'missing path',
    patched('- {op: add, path: /spec/a, value: 1}\n- op: replace\n  path: /spec/b/c\n  value: 1\n'),
  ],
  ['a JSON patch that removes nothing', 'prod/p.yaml:2', 'nonexistent key', patched('- op: remove\n  path: /spec/b\n')],
  [
    'a JSON patch of a list that is shorter',
    'prod/p.yaml:1',
    'missing path',
    patched('- {op: replace, path: /spec/template/spec/containers/7/image, value: y}\n'),
  ],
  [
    'a JSON patch whose test fails',
    'prod/p.yaml:2',
    'test failed',
    patched('- op: test\n  path: /kind\n  value: Service\n'),
  ],
  ['a JSON patch with an unknown operation', 'prod/p.yaml:1', 'frob', patched('- op: frob\n  path: /kind\n')],
  [
    'a JSON patch in place',
    `${K}:6`,
    'nonexistent key',
    prod('patches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: remove\n      path: /spec/b\n'),
  ],
  [
    'a JSON patch in place in one line',
    `${K}:4`,
    'nonexistent key',
    prod('patches:\n- target: {kind: Deployment}\n  patch: \'[{"op": "remove", "path": "/spec/b"}]\'\n'),
  ],
  [
    'a patch of an object that is not there',
    'prod/p.yaml:7 Deployment/nope',
    'no matches for Id Deployment.v1.apps/nope',
    prod('patches:\n- path: p.yaml\n', { 'prod/p.yaml': `${deployment('web')}---\n${deployment('nope')}` }),
  ],
  [
    'the same in the old spelling',
    'prod/p.yaml:1 Deployment/nope',
    'no matches for Id',
    prod('patchesStrategicMerge:\n- p.yaml\n', { 'prod/p.yaml': deployment('nope') }),
  ],
  [
    'the same in place',
    `${K}:4 Deployment/nope`,
    'no matches for Id',
    prod(`patchesStrategicMerge:\n- |-\n  ${deployment('nope').replaceAll('\n', '\n  ')}`),
  ],
  [
    'the same in a component',
    'c/p.yaml:1 Deployment/nope',
    'no matches for Id',
    prod('components:\n- ../c\n', {
      'c/kustomization.yaml': `${component}patches: [{path: p.yaml}]\n`,
      'c/p.yaml': deployment('nope'),
    }),
  ],
  [
    'a patch without a name',
    'prod/p.yaml:1',
    'unable to parse SM or JSON patch',
    prod('patches:\n- path: p.yaml\n', { 'prod/p.yaml': 'apiVersion: apps/v1\nkind: Deployment\n' }),
  ],
  [
    'a patch that is no YAML',
    'prod/p.yaml:2',
    'unable to parse SM or JSON patch',
    prod('patches:\n- path: p.yaml\n', { 'prod/p.yaml': 'kind: Deployment\nmetadata: {name: web\n' }),
  ],
  [
    'a patch of another type',
    'prod/p.yaml:4',
    'wrong node kind',
    prod('patches:\n- path: p.yaml\n', { 'prod/p.yaml': `${deployment('web').split('spec')[0]}spec: text\n` }),
  ],
  [
    'a patch by file and in place at once',
    `${K}:3`,
    "patch and path can't be set",
    prod('patches:\n- path: p.yaml\n  patch: x\n', { 'prod/p.yaml': '' }),
  ],
  ['a patch that is neither', `${K}:2`, 'one of patch and path', prod('patches:\n- target: {kind: Deployment}\n')],
  [
    'a patch’s target that is no expression',
    `${K}:3`,
    'parsing regexp',
    prod('patches:\n- target: {kind: Deployment, name: "("}\n  patch: \'[{"op": "remove", "path": "/x"}]\'\n'),
  ],
  [
    'a patch’s target that is no selector',
    `${K}:3`,
    'expected',
    prod('patches:\n- target: {labelSelector: "a=b=c"}\n  patch: \'[{"op": "remove", "path": "/x"}]\'\n'),
  ],
  [
    'a resource that is no YAML',
    'prod/a.yaml:3',
    'MalformedYAML',
    resource('kind: X\nmetadata: {name: x}\n  bad: [\n'),
  ],
  ['a resource with a tab', 'prod/a.yaml:3', 'MalformedYAML', resource('kind: X\nmetadata:\n\tname: x\n')],
  [
    'a second document that is no YAML',
    'prod/a.yaml:7',
    'MalformedYAML',
    resource(`${settings}---\nkind: X\nbad: [\n`),
  ],
  ['a resource without kind', 'prod/a.yaml:6', 'missing kind', resource(`${settings}---\nmetadata: {name: x}\n`)],
  ['a resource without name', 'prod/a.yaml:6', 'missing metadata.name', resource(`${settings}---\nkind: ConfigMap\n`)],
  ['a resource that is a text', 'prod/a.yaml:1', 'missing Resource metadata', resource('hello\n')],
  ['a resource that is a list', 'prod/a.yaml:1', 'missing Resource metadata', resource('- a\n')],
  ['a resource with a repeated key', 'prod/a.yaml:5', 'already defined', resource(`${settings}data: {x: y}\n`)],
  [
    'an object in two files',
    'prod/b.yaml:2 ConfigMap/cm',
    'already registered id: ConfigMap.v1/cm',
    resource(settings, '- a.yaml\n- b.yaml', { 'prod/b.yaml': `# b\n${settings}` }),
  ],
  [
    'an object twice in a file',
    'prod/a.yaml:6 ConfigMap/cm',
    'already registered id',
    resource(`${settings}---\n${settings}`),
  ],
  [
    'an object that the base has',
    'prod/a.yaml:1 Deployment/web',
    'already registered id',
    resource(deployment('web'), '- ../base\n- a.yaml', BASE),
  ],
  [
    'an object that two bases have',
    `${K}:3`,
    'already registered id',
    resource('', '- ../base\n- ../base2\n', {
      ...BASE,
      'base2/kustomization.yaml': 'resources: [d.yaml]\n',
      'base2/d.yaml': deployment('web'),
    }),
  ],
  [
    'a literal without =',
    `${K}:4`,
    'expected key=value',
    alone('configMapGenerator:\n- name: x\n  literals:\n  - abc\n'),
  ],
  ['a generator without name', `${K}:1`, 'must have a name', alone('configMapGenerator:\n- literals: [a=b]\n')],
  [
    'a generator’s key twice',
    `${K}:3`,
    'illegally repeats the key',
    alone('configMapGenerator:\n- literals: [a=b, a=c]\n  name: x\n'),
  ],
  [
    'nothing to merge a generator with',
    `${K}:2`,
    'id ConfigMap/x does not exist',
    alone('configMapGenerator:\n- name: x\n  behavior: merge\n  literals: [a=b]\n'),
  ],
  [
    'two generators of one name',
    `${K}:2`,
    'id ConfigMap/x exists',
    alone('configMapGenerator:\n- {name: x, literals: [a=b]}\n- {name: x, literals: [a=c]}\n'),
  ],
  [
    'a replacement’s source that is not there',
    `${K}:3`,
    'nothing selected by ConfigMap/nope',
    prod(
      'replacements:\n- source: {kind: ConfigMap, name: nope, fieldPath: data.x}\n  targets: [{select: {kind: Deployment}, fieldPaths: [spec.x]}]\n',
    ),
  ],
  [
    'a replacement’s source that is several',
    `${K}:5`,
    'multiple matches',
    prod(
      'configMapGenerator: [{name: x, literals: [a=b]}, {name: z, literals: [a=b]}]\nreplacements:\n- source:\n    fieldPath: data.a\n    kind: ConfigMap\n  targets: [{select: {kind: Deployment}, fieldPaths: [spec.x]}]\n',
    ),
  ],
  [
    'a replacement’s source without the field',
    'prod/r.yaml:1',
    'is missing for replacement source',
    prod('configMapGenerator: [{name: x, literals: [a=b]}]\nreplacements: [{path: r.yaml}]\n', {
      'prod/r.yaml':
        'source: {kind: ConfigMap, name: x, fieldPath: data.nope}\ntargets: [{select: {kind: Deployment}, fieldPaths: [spec.x]}]\n',
    }),
  ],
  [
    'a replacement’s target without the field',
    'prod/r.yaml:4',
    'unable to find field',
    prod('configMapGenerator: [{name: x, literals: [a=b]}]\nreplacements: [{path: r.yaml}]\n', {
      'prod/r.yaml':
        'source: {kind: ConfigMap, name: x, fieldPath: data.a}\ntargets:\n- select: {kind: Deployment}\n  fieldPaths: [spec.nope.x]\n',
    }),
  ],
  [
    'a replacement that is no YAML',
    'prod/r.yaml:1',
    'converting YAML',
    prod('replacements: [{path: r.yaml}]\n', { 'prod/r.yaml': 'source: [\n' }),
  ],
  [
    'a variable of an object that is not there',
    `${K}:3`,
    'cannot be mapped',
    prod('vars:\n- name: X\n  objref: {kind: Service, name: nope, apiVersion: v1}\n'),
  ],
  [
    'replicas of an object that is not there',
    `${K}:3`,
    'does not match',
    prod('replicas:\n- name: nope\n  count: 3\n'),
  ],
  ['replicas that are no number', `${K}:4`, 'cannot unmarshal string', prod('replicas:\n- name: web\n  count: many\n')],
  ['a field of another type', `${K}:2`, 'cannot unmarshal object', prod('namePrefix:\n  a: b\n')],
  [
    'a list’s field of another type',
    `${K}:4`,
    'cannot unmarshal string',
    prod('configMapGenerator:\n- {name: x, literals: [a=b]}\n- literals: a=b\n'),
  ],
  ['a field inside that is not known', `${K}:3`, 'unknown field "nam"', prod('images:\n- nam: x\n')],
  [
    'a configuration of another type',
    'prod/c.yaml:2',
    'cannot unmarshal string',
    prod('configurations: [c.yaml]\n', { 'prod/c.yaml': '# c\nnameReference: x\n' }),
  ],
  [
    'CRDs that are no JSON',
    'prod/c.json:2',
    'unexpected end of JSON',
    prod('crds: [c.json]\n', { 'prod/c.json': '{\n"a": 1' }),
  ],
  [
    'a transformer that does not exist',
    'prod/t.yaml:2',
    'unable to load builtin Nope',
    prod('transformers: [t.yaml]\n', { 'prod/t.yaml': 'apiVersion: builtin\nkind: Nope\nmetadata: {name: x}\n' }),
  ],
  [
    'a transformer of another type',
    'prod/t.yaml:1 PrefixTransformer/x',
    'fails configuration',
    prod('transformers: [t.yaml]\n', {
      'prod/t.yaml': 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\nprefix: [a]\n',
    }),
  ],
  ['a kustomization of another kind', `${K}:2`, 'kind should be', prod('kind: Deployment\n')],
  ['a kustomization that is empty', `${K}:1`, 'is empty', alone('')],
  [
    'a base for a component',
    `${K}:3`,
    "expected kind 'Component'",
    prod('components:\n- ../c\n', { 'c/kustomization.yaml': 'namePrefix: x-\n' }),
  ],
  [
    'a component for a base',
    `${K}:3`,
    "expected kind != 'Component'",
    resource('', '- a.yaml\n- ../c', { 'c/kustomization.yaml': `${component}namePrefix: x-\n` }),
  ],
  ['an order that does not exist', `${K}:2`, 'must be one of', prod('sortOptions: {order: frob}\n')],
  [
    'an image in a field of another type',
    'prod/a.yaml:1 Deployment/web',
    'expected sequence or mapping',
    {
      ...resource('kind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: text}}}\n'),
      [K]: 'resources: [a.yaml]\nimages: [{name: x, newTag: "1"}]\n',
    },
  ],
  [
    'a schema that is none',
    `${K}:2`,
    'invalid schema file',
    prod('openapi: {path: s.json}\npatches: [{path: p.yaml}]\n', {
      'prod/s.json': '{"definitions": 3}',
      'prod/p.yaml': deployment('web'),
    }),
  ],
  [
    'a fault two bases down',
    'base/p.yaml:2',
    'nonexistent key',
    {
      [K]: 'resources: [../mid]\n',
      'mid/kustomization.yaml': 'resources: [../base]\n',
      ...BASE,
      'base/kustomization.yaml': 'resources: [d.yaml]\npatches: [{target: {kind: Deployment}, path: p.yaml}]\n',
      'base/p.yaml': '- op: remove\n  path: /spec/b\n',
    },
  ],
]

describe.each([
  ['the binary', binary],
  ['the resident renderer', resident],
])('what kustomize refuses is told at the file and line of its source: %s', (_builder, builder) => {
  test.each(CASES)('%s', async (_what, at, words, files) => {
    const answer = await answerOf(builder, await scannedRequest(memoryTree(files), 'prod'))
    if ('text' in answer) throw new Error(`it rendered: ${answer.text}`)
    const [problem, ...more] = answer.problems
    expect(more).toEqual([])
    expect(problem).toMatchObject({ code: 'KUSTOMIZE_FAILED', message: expect.stringContaining(words) })
    expect([`${problem?.file}:${problem?.line}`, problem?.object].filter(Boolean).join(' ')).toBe(at)
    expect(problem?.message).not.toMatch(/0x[\da-f]{6}|goroutine|lockstep-render|accumulation err/)
  })
})
