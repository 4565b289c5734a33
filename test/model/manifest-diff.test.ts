import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson, type Json, type JsonObject } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { resourceId } from '../../src/model/resource-key.ts'
import { applyChanges } from '../support/apply-facts.ts'
import { configMap, deployment, manifest, secret } from '../support/manifests.ts'

/** `object path verb class before → after`, one line a fact. */
function facts(before: readonly Manifest[], after: readonly Manifest[]): string[] {
  return diffManifests(before, after)
    .flatMap((change) => change.facts)
    .map((fact) => {
      const values = fact.verb === 'changed' ? ` ${canonicalJson(fact.before)} → ${canonicalJson(fact.after)}` : ''
      return `${fact.object} ${fact.path} ${fact.verb} ${fact.class}${values}`
    })
}

function pod(spec: JsonObject): Manifest {
  return manifest({ apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'p' }, template: { spec } })
}

describe('facts name the field the way a reviewer would', () => {
  test('an image and a replica count', () => {
    const before = [deployment('web', { image: 'web:1', replicas: 2 })]
    const after = [deployment('web', { image: 'web:2', replicas: 5 })]
    expect(facts(before, after)).toEqual([
      'Deployment/web .spec.replicas changed replicas 2 → 5',
      'Deployment/web .spec.template.spec.containers[name=web].image changed image "web:1" → "web:2"',
    ])
  })

  test.each<[string, JsonObject, JsonObject, string[]]>([
    [
      'containers by name, wherever they stand',
      {
        containers: [
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:1' },
        ],
      },
      {
        containers: [
          { name: 'new', image: 'n:1' },
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:2' },
        ],
      },
      [
        'PodTemplate/p .template.spec.containers[name=b].image changed image "b:1" → "b:2"',
        'PodTemplate/p .template.spec.containers[name=new] added image',
      ],
    ],
    [
      'ports without names by port and protocol',
      { ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] },
      {
        ports: [
          { containerPort: 80, hostPort: 8080 },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
      ['PodTemplate/p .template.spec.ports[containerPort=80,protocol=TCP].hostPort added network'],
    ],
    [
      'mounts by path',
      {
        volumeMounts: [
          { mountPath: '/a', name: 'data' },
          { mountPath: '/b', name: 'data' },
        ],
      },
      {
        volumeMounts: [
          { mountPath: '/a', name: 'data' },
          { mountPath: '/b', name: 'data', readOnly: true },
        ],
      },
      ['PodTemplate/p .template.spec.volumeMounts[mountPath=/b].readOnly added storage'],
    ],
    [
      'host aliases by address',
      { hostAliases: [{ ip: '10.0.0.1', hostnames: ['x'] }] },
      { hostAliases: [{ ip: '10.0.0.1', hostnames: ['x', 'y'] }] },
      ['PodTemplate/p .template.spec.hostAliases[ip=10.0.0.1].hostnames[1] added network'],
    ],
    [
      'tolerations with one key twice by position',
      {
        tolerations: [
          { key: 'k', effect: 'NoExecute' },
          { key: 'k', effect: 'NoSchedule' },
        ],
      },
      {
        tolerations: [
          { key: 'k', effect: 'NoExecute' },
          { key: 'k', effect: 'PreferNoSchedule' },
        ],
      },
      ['PodTemplate/p .template.spec.tolerations[1].effect changed schedule "NoSchedule" → "PreferNoSchedule"'],
    ],
    [
      'arguments by position',
      { args: ['--a', '--b=1', '--c'] },
      { args: ['--a', '--b=2', '--c'] },
      ['PodTemplate/p .template.spec.args[1] changed other "--b=1" → "--b=2"'],
    ],
    [
      'another order alone',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '$(A)' },
        ],
      },
      {
        env: [
          { name: 'B', value: '$(A)' },
          { name: 'A', value: '1' },
        ],
      },
      ['PodTemplate/p .template.spec.env changed env ["name=A","name=B"] → ["name=B","name=A"]'],
    ],
    [
      'a value of another type',
      { replicas: 1 },
      { replicas: '1' },
      ['PodTemplate/p .template.spec.replicas changed replicas 1 → "1"'],
    ],
    ['null and nothing', { a: null }, {}, ['PodTemplate/p .template.spec.a removed other']],
    [
      'numbers beyond what a double holds',
      { a: 9007199254740993n },
      { a: 9007199254740992n },
      ['PodTemplate/p .template.spec.a changed other 9007199254740993 → 9007199254740992'],
    ],
    [
      'names that every object inherits',
      {},
      { constructor: 'x', toString: 'y' },
      ['PodTemplate/p .template.spec.constructor added other', 'PodTemplate/p .template.spec.toString added other'],
    ],
    ['names with dots', { 'a.b/c': 1 }, { 'a.b/c': 2 }, ['PodTemplate/p .template.spec["a.b/c"] changed other 1 → 2']],
  ])('%s', (_, before, after, expected) => {
    expect(facts([pod(before)], [pod(after)])).toEqual(expected)
  })

  test.each<[string, JsonObject, JsonObject, string]>([
    [
      'resources',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'a', resources: { limits: {} } }] },
      'resources',
    ],
    ['env', { containers: [{ name: 'a' }] }, { containers: [{ name: 'a', env: [] }] }, 'env'],
    ['the identity it runs as', {}, { serviceAccountName: 'root' }, 'rbac'],
    ['where it may run', {}, { nodeSelector: { disk: 'ssd' } }, 'schedule'],
    ['when it runs', { schedule: '@daily' }, { schedule: '@hourly' }, 'schedule'],
    ['volumes', {}, { volumes: [] }, 'storage'],
    ['labels of its pods', { template: {} }, { template: { metadata: { labels: {} } } }, 'metadata'],
  ])('class of %s', (_, before, after, expected) => {
    expect(diffManifests([pod(before)], [pod(after)])[0]?.facts[0]?.class).toBe(expected)
  })

  test('a removed object is a delete, an added one has the class of its kind', () => {
    const role = manifest({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' } })
    expect(facts([configMap('gone', {})], [role, secret('s', {})])).toEqual([
      'ConfigMap/gone  removed delete',
      'Secret/s  added secret',
      'Role/r  added rbac',
    ])
  })

  test('the same kind and name in two namespaces are two objects, another version of one is the same object', () => {
    const inA = configMap('c', { k: '1' }, { namespace: 'a' })
    const inB = configMap('c', { k: '1' }, { namespace: 'b' })
    const changed = diffManifests([inA, inB], [inA, configMap('c', { k: '2' }, { namespace: 'b' })])
    expect(changed.flatMap((change) => change.facts)).toMatchObject([
      { object: 'ConfigMap/c', namespace: 'b', path: '.data.k' },
    ])
    const v1beta1 = manifest({ apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'd' } })
    const v1 = manifest({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } })
    expect(facts([v1beta1], [v1])).toEqual(['Deployment/d .apiVersion changed other "apps/v1beta1" → "apps/v1"'])
  })
})

describe('generated names', () => {
  const user = (name: string) => deployment('web', { spec: { volumes: [{ name: 'c', configMap: { name } }] } })

  test('a new hash is one change of the content, not a new object and changed references', () => {
    const changes = diffManifests(
      [configMap('settings-2456789bcd', { a: '1' }, { namespace: 'shop' }), user('settings-2456789bcd')],
      [configMap('settings-fghkmt2456', { a: '2' }, { namespace: 'shop' }), user('settings-fghkmt2456')],
    )
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({
      object: 'ConfigMap/settings',
      verb: 'changed',
      facts: [{ path: '.data.a', verb: 'changed', class: 'config' }],
      renamed: { from: 'settings-2456789bcd', to: 'settings-fghkmt2456', followers: ['Deployment/web'] },
    })
  })

  test('a reference left behind on the old name is shown', () => {
    const before = [configMap('settings-2456789bcd', { a: '1' }, { namespace: 'shop' }), user('settings-2456789bcd')]
    const after = [configMap('settings-fghkmt2456', { a: '2' }, { namespace: 'shop' }), user('settings-2456789bcd')]
    expect(facts(before, after)).toContain(
      'Deployment/web .spec.template.spec.volumes[name=c].configMap.name changed storage "settings-fghkmt2456" → "settings-2456789bcd"',
    )
  })

  test('two candidates of one stem are not guessed at', () => {
    const before = [configMap('s-2456789bcd', { a: '1' })]
    const after = [configMap('s-fghkmt2456', { a: '2' }), configMap('s-fghkmt2457', { a: '3' })]
    expect(facts(before, after)).toHaveLength(3)
  })

  test('a name that only looks alike is left alone', () => {
    expect(facts([configMap('team-production', {})], [configMap('team-abcdefghij', {})])).toHaveLength(2)
  })
})

describe('applying the facts to the base gives the head', () => {
  const scalar = fc.oneof(
    fc.constantFrom<Json>(null, true, 0, 1, 'TCP', 'UDP', 'a', 'b', ''),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
  )
  const names = fc.constantFrom(
    'name',
    'containerPort',
    'protocol',
    'mountPath',
    'key',
    'type',
    'ip',
    'spec',
    'constructor',
    'x.y',
  )
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.array(fc.dictionary(names, fc.oneof(scalar, tie('value')), { maxKeys: 4 }), { maxLength: 5 }),
      fc.dictionary(names, tie('value'), { maxKeys: 5 }),
    ),
  }))
  const hash = fc.constantFrom('2456789bcd', 'fghkmt2456', '22222bbbbb')
  const name = fc.oneof(
    fc.constantFrom('a', 'b'),
    hash.map((suffix) => `conf-${suffix}`),
  )
  const object = fc
    .record({ kind: fc.constantFrom('ConfigMap', 'Secret', 'Widget'), name, uses: name, spec: value })
    .map(({ kind, name, uses, spec }) => manifest({ apiVersion: 'v1', kind, metadata: { name }, uses, spec }))
  const render = fc.uniqueArray(object, { maxLength: 6, selector: (one) => resourceId(one.key) })
  const bodies = (entries: Iterable<[string, Json]>) =>
    new Map([...entries].map(([id, body]) => [id, canonicalJson(body)]))

  test('for any two renders', () => {
    fc.assert(
      fc.property(render, render, (before, after) => {
        const applied = applyChanges(before, diffManifests(before, after))
        expect(bodies(applied)).toEqual(bodies(after.map((one): [string, Json] => [resourceId(one.key), one.body])))
      }),
      { numRuns: 3000 },
    )
  })

  test('a render against itself has no facts', () => {
    fc.assert(fc.property(render, (same) => expect(diffManifests(same, structuredClone(same))).toEqual([])))
  })

  test('lists that have nothing in common are replaced as a whole, quickly', () => {
    const list = (from: number) => Array.from({ length: 3000 }, (_, i) => `item-${from + i}`)
    expect(facts([pod({ args: list(0) })], [pod({ args: list(5000) })])).toHaveLength(1)
  })
})
