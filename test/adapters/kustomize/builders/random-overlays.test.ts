import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createBinaryBuilder } from '../../../../src/adapters/kustomize/binary-builder.ts'
import { createResidentBuilder } from '../../../../src/adapters/kustomize/resident/resident-builder.ts'
import { LockstepError } from '../../../../src/model/errors.ts'
import type { Json } from '../../../../src/model/json.ts'
import { memoryTree } from '../../../../src/model/tree.ts'
import { answerOf, scannedRequest } from '../../../support/build-request.ts'
import { kustomizeForTests } from '../../../support/kustomize.ts'
import { residentRendererForTests } from '../../../support/resident-renderer.ts'

const binary = createBinaryBuilder({ binary: await kustomizeForTests() })
const program = await residentRendererForTests()
const resident = program === undefined ? binary : createResidentBuilder({ program })
afterAll(() => resident.close())

const name = fc.constantFrom('db', 'settings', 'queue')
const kind = fc.constantFrom('Deployment', 'Service', 'ConfigMap', 'Widget')
const text = fc.oneof(
  fc.constantFrom('on', '1.0', 'a: b', 'é', '', '0x1F', 'two\nlines\n', ' '),
  fc.string({ maxLength: 6 }),
)
const VERSIONS: Readonly<Record<string, string>> = { Deployment: 'apps/v1', Widget: 'example.com/v1' }

const object = fc.tuple(kind, name, text, fc.integer()).map(([kind, name, value, number]) => ({
  apiVersion: VERSIONS[kind] ?? 'v1',
  kind,
  metadata: { name },
  ...(kind === 'ConfigMap' ? { data: { key: value } } : { spec: specOf(kind, value, number) }),
}))

function specOf(kind: string, value: string, number: number): Json {
  if (kind !== 'Deployment') return { value, number, configMapRef: { name: 'settings' } }
  const container = { name: 'main', image: 'example.com/app:1', env: [{ name: 'A', value }] }
  const envFrom = [{ configMapRef: { name: 'settings' } }]
  return {
    replicas: number,
    template: {
      spec: {
        containers: [
          { ...container, envFrom },
          { name: 'more', image: 'b' },
        ],
      },
    },
  }
}

const WEB = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: specOf('Deployment', 'x', 1),
}

const target = fc.record({ kind, name }, { requiredKeys: ['kind'] })
const jsonPatch = fc.tuple(
  fc.constantFrom('add', 'replace', 'remove', 'test'),
  fc.constantFrom('/spec/value', '/metadata/labels', '/data/key'),
  text,
)
const patch = fc.oneof(
  fc.tuple(target, jsonPatch).map(([target, [op, path, value]]) => ({
    target,
    patch: JSON.stringify([{ op, path, value }]).replace('[', '- ').replace(/\]$/, ''),
  })),
  object.map((body) => ({ patch: JSON.stringify(body) })),
  fc.tuple(target, object).map(([target, body]) => ({ target, patch: JSON.stringify(body) })),
)
const generator = fc.record({
  name,
  behavior: fc.constantFrom('create', 'create', 'create', 'merge', 'replace'),
  literals: fc.uniqueArray(fc.constantFrom('A=1', 'B=', 'C=x=y', 'D=é', 'E= ', 'F=#', 'G=on', 'broken'), {
    maxLength: 3,
  }),
})
const replacement = fc.tuple(target, target).map(([source, select]) => ({
  source: { ...source, fieldPath: 'metadata.name' },
  targets: [{ select, fieldPaths: ['spec.value'], options: { create: true } }],
}))
const fields = {
  namePrefix: fc.constantFrom('p-', 'q-'),
  nameSuffix: fc.constant('-s'),
  namespace: fc.constantFrom('shop', 'web'),
  labels: fc.tuple(text, fc.boolean()).map(([tier, includeSelectors]) => [{ pairs: { tier }, includeSelectors }]),
  commonAnnotations: text.map((note) => ({ note })),
  images: fc.constantFrom('2', '1.0').map((newTag) => [{ name: 'example.com/app', newTag }]),
  replicas: fc.tuple(fc.constant('web'), fc.nat(9)).map(([name, count]) => [{ name, count }]),
  patches: fc.array(patch, { maxLength: 2 }),
  configMapGenerator: fc.array(generator, { maxLength: 2 }),
  secretGenerator: fc.array(generator, { maxLength: 1 }),
  replacements: fc.array(replacement, { maxLength: 1 }),
  generatorOptions: fc.constant({ disableNameSuffixHash: true }),
  sortOptions: fc.constantFrom({ order: 'fifo' }, { order: 'legacy' }),
  buildMetadata: fc.subarray(['originAnnotations', 'transformerAnnotations', 'managedByLabel']),
}
/** A few fields at a time, so that many overlays build. */
const kustomization = fc
  .subarray(Object.keys(fields) as (keyof typeof fields)[], { maxLength: 4 })
  .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, fields[key] as fc.Arbitrary<unknown>]))))

const overlay = fc
  .record({
    objects: fc.uniqueArray(object, {
      minLength: 1,
      maxLength: 4,
      selector: ({ kind, metadata }) => `${kind}/${metadata.name}`,
    }),
    base: kustomization,
    prod: kustomization,
    component: kustomization,
  })
  .map(({ objects, base, prod, component }) =>
    memoryTree({
      'base/objects.yaml': [WEB, ...objects].map((body) => JSON.stringify(body)).join('\n---\n'),
      'base/kustomization.yaml': JSON.stringify({ resources: ['objects.yaml'], ...base }),
      'part/kustomization.yaml': JSON.stringify({
        apiVersion: 'kustomize.config.k8s.io/v1alpha1',
        kind: 'Component',
        commonAnnotations: { part: 'yes' },
        ...component,
      }),
      'prod/kustomization.yaml': JSON.stringify({ resources: ['../base'], components: ['../part'], ...prod }),
    }),
  )

test('whatever an overlay is made of, both builders answer the same', async () => {
  let rendered = 0
  await fc.assert(
    fc.asyncProperty(overlay, async (tree) => {
      const request = await scannedRequest(tree, 'prod').catch((error) => {
        if (error instanceof LockstepError) return fc.pre(false) as never
        throw error
      })
      const [expected, answer] = await Promise.all([answerOf(binary, request), answerOf(resident, request)])
      expect(answer).toEqual(expected)
      if ('text' in answer) rendered += 1
    }),
    { numRuns: 100 },
  )
  expect(rendered).toBeGreaterThan(20)
}, 60_000)
