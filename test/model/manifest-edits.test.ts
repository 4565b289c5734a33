import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson, isJsonObject, type Json, type JsonObject, parseJson, printJson } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { resourceId } from '../../src/model/resource-key.ts'
import { applyChanges } from '../support/apply-facts.ts'
import { manifest } from '../support/manifests.ts'

/** Objects as repositories have them, with lists of every kind: with keys, sets, by field, by order. */
const name = fc.constantFrom('web', 'api', 'web-2456789bcd', 'web-fghkmt2456', 'db')
const small = fc.constantFrom('a', 'b', 'c', 'd')
const number = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom<Json>(9007199254740993n, 18446744073709551615n, 1.5, 1e21, -0.1),
)
const scalar: fc.Arbitrary<Json> = fc.oneof(small, number, fc.boolean(), fc.constant('x\ny\n'))
const port = fc.record(
  { containerPort: number, protocol: fc.constantFrom('TCP', 'UDP'), name: small },
  { requiredKeys: ['containerPort'] },
)
const container = fc.record(
  {
    name: small,
    image: fc.constantFrom('i:1', 'i:2'),
    args: fc.array(small, { maxLength: 5 }),
    ports: fc.array(port, { maxLength: 3 }),
    env: fc.array(fc.record({ name: small, value: small }), { maxLength: 4 }),
  },
  { requiredKeys: ['name'] },
)
const workload = fc.record({
  kind: fc.constantFrom('Deployment', 'StatefulSet'),
  spec: fc.record({
    replicas: number,
    template: fc.record({ spec: fc.record({ containers: fc.array(container, { maxLength: 3 }) }) }),
  }),
})
const listed = fc.record({ value: small, port: number, on: fc.boolean() }, { requiredKeys: ['value'] })
const custom = fc.record({
  kind: fc.constant('Widget'),
  spec: fc.record({ parts: fc.array(listed, { maxLength: 4 }) }),
})
const settings = fc.record({ kind: fc.constantFrom('ConfigMap', 'Secret'), data: fc.dictionary(small, scalar) })
const ingress = fc.record({
  kind: fc.constant('Ingress'),
  spec: fc.record({ rules: fc.array(fc.record({ host: small })) }),
})

const object = fc
  .record({
    body: fc.oneof(workload, custom, settings, ingress),
    name,
    namespace: fc.constantFrom(undefined, 'shop', 'team'),
    finalizers: fc.uniqueArray(small, { maxLength: 4 }),
    old: fc.boolean(),
  })
  .map(({ body, name, namespace, finalizers, old }) => {
    const apiVersion = API_VERSIONS[body.kind]?.[old ? 1 : 0] ?? 'example.com/v1'
    const metadata = { name, finalizers, ...(namespace !== undefined && { namespace }) }
    return manifest({ apiVersion, ...(body as unknown as JsonObject), metadata })
  })
const API_VERSIONS: Readonly<Record<string, readonly [string, string]>> = {
  Deployment: ['apps/v1', 'extensions/v1beta1'],
  StatefulSet: ['apps/v1', 'apps/v1'],
  ConfigMap: ['v1', 'v1'],
  Secret: ['v1', 'v1'],
  Ingress: ['networking.k8s.io/v1', 'extensions/v1beta1'],
}
const unique = (manifests: readonly Manifest[]) => [
  ...new Map(manifests.map((one) => [resourceId(one.key), one])).values(),
]
const render = fc.array(object, { maxLength: 5 }).map(unique)

/** A random walk to some place of the object, and what happens there. */
const edit = fc.record({
  which: fc.nat(9),
  path: fc.array(fc.nat(20), { maxLength: 7 }),
  action: fc.constantFrom('set', 'drop', 'copy', 'turn', 'rename', 'move', 'remove'),
  value: scalar,
})
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

function edited(manifests: readonly Manifest[], { which, path, action, value }: Edit): Manifest[] {
  const chosen = manifests[which % Math.max(1, manifests.length)]
  if (!chosen) return [...manifests]
  const others = manifests.filter((one) => one !== chosen)
  if (action === 'remove') return others
  const { metadata } = chosen.body as { metadata: JsonObject }
  const now = { ...metadata, ...(action === 'rename' ? { name: 'other' } : action === 'move' && { namespace: 'else' }) }
  const body =
    action === 'rename' || action === 'move' ? chosen.body : (editAt(chosen.body, path, action, value) as JsonObject)
  const { apiVersion, kind } = chosen.body
  return unique([
    ...others,
    manifest({ ...body, apiVersion, kind, metadata: { ...(body.metadata as JsonObject), ...now } }),
  ])
}

function editAt(json: Json, [step, ...rest]: readonly number[], action: string, value: Json): Json {
  const names = Array.isArray(json) ? [...json.keys()] : isJsonObject(json) ? Object.keys(json) : []
  if (step === undefined || names.length === 0) {
    if (Array.isArray(json) && action === 'turn') return json.toReversed() as Json
    if (Array.isArray(json) && action === 'copy') return [value, ...json, ...json.slice(0, 1)]
    return isJsonObject(json) && action === 'copy' ? { ...json, added: value } : value
  }
  const at = names[step % names.length] as number
  const inner = (json as Readonly<Record<string | number, Json>>)[at] as Json
  const drop = rest.length === 0 && action === 'drop'
  if (Array.isArray(json)) return drop ? json.toSpliced(at, 1) : json.with(at, editAt(inner, rest, action, value))
  const { [String(at)]: _, ...others } = json as JsonObject
  return drop ? others : { ...(json as JsonObject), [at]: editAt(inner, rest, action, value) }
}

const bodies = (entries: Iterable<readonly [string, Json]>) =>
  new Map([...entries].map(([id, body]) => [id, canonicalJson(body)]))

test('applying the facts to the base gives the head, whatever was edited', () => {
  fc.assert(
    fc.property(render, fc.array(edit, { maxLength: 6 }), (before, edits) => {
      const after = edits.reduce(edited, before)
      const changes = diffManifests(before, after)
      const applied = applyChanges(before, changes)
      expect(bodies(applied)).toEqual(bodies(after.map((one) => [resourceId(one.key), one.body] as const)))
    }),
    { numRuns: 3000 },
  )
})

test('the same facts, however often asked and in whatever order the objects stand', () => {
  fc.assert(
    fc.property(render, fc.array(edit, { maxLength: 6 }), (before, edits) => {
      const after = edits.reduce(edited, before)
      const facts = JSON.stringify(diffManifests(before, after), exact)
      const turned = diffManifests(structuredClone(before).reverse(), structuredClone(after).reverse())
      expect(JSON.stringify(turned, exact)).toBe(facts)
    }),
  )
})

test('as many objects come one way as go the other', () => {
  const count = (before: Manifest[], after: Manifest[], verb: string) =>
    diffManifests(before, after).filter((change) => change.verb === verb).length
  fc.assert(
    fc.property(render, fc.array(edit, { maxLength: 6 }), (before, edits) => {
      const after = edits.reduce(edited, before)
      expect(count(before, after, 'added')).toBe(count(after, before, 'removed'))
      expect(count(before, after, 'changed')).toBe(count(after, before, 'changed'))
    }),
  )
})

test('numbers come out of a fact’s JSON as they stood in the manifest', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        number,
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
        fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
      ),
      (value) => {
        const exactly = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
        const [change] = diffManifests([widget(null)], [widget(exactly)])
        const [fact] = change?.facts ?? []
        expect(parseJson(printJson({ after: fact?.after }))).toEqual({ after: Object.is(exactly, -0) ? 0 : exactly })
      },
    ),
  )
})

function widget(value: Json): Manifest {
  return manifest({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { value } })
}

function exact(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
