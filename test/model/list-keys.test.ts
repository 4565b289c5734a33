import { describe, expect, test } from '@jest/globals'
import type { Json, JsonObject } from '../../src/model/json.ts'
import { canonicalJson } from '../../src/model/json.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { manifest } from '../support/manifests.ts'

/** `path verb before → after`, one line a fact, of an object that differs only in what stands at `path`. */
function facts(kind: string, path: string, before: Json, after: Json, others: readonly JsonObject[] = []): string[] {
  const [apiVersion = '', name = ''] = kind.split(' ')
  const object = (value: Json) => {
    const body = path.split('.').reduceRight<Json>((inner, step) => ({ [step]: inner }), value) as JsonObject
    return manifest({ ...body, apiVersion, kind: name, metadata: { name: 'x', ...(body.metadata as JsonObject) } })
  }
  const more = others.map(manifest)
  return diffManifests([object(before), ...more], [object(after), ...more]).flatMap((change) =>
    change.facts.map((fact) => {
      const values = [fact.before, fact.after].filter((value) => value !== undefined).map(canonicalJson)
      return `${fact.path} ${fact.verb} ${values.join(' → ')}`
    }),
  )
}

describe('lists are compared by the keys that Kubernetes publishes', () => {
  test.each<[string, string, string, Json, Json, string[]]>([
    [
      'ports of a Service: a name is not what tells them apart',
      'v1 Service',
      'spec.ports',
      [
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
      [
        { name: 'web', port: 80, protocol: 'TCP' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
      [
        '.spec.ports[port=80,protocol=TCP].name changed "http" → "web"',
        '.spec.ports[port=80,protocol=TCP].protocol added "TCP"',
      ],
    ],
    [
      'the same port twice, by its name',
      'v1 Service',
      'spec.ports',
      [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
      [
        { name: 'b', port: 80 },
        { name: 'a', port: 81 },
      ],
      ['.spec.ports[name=a].port changed 80 → 81', '.spec.ports changed ["name=a","name=b"] → ["name=b","name=a"]'],
    ],
    [
      'spread constraints by two keys',
      'apps/v1 Deployment',
      'spec.template.spec.topologySpreadConstraints',
      [
        { topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', maxSkew: 1 },
        { topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 1 },
      ],
      [
        { topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', maxSkew: 1 },
        { topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 2 },
      ],
      [
        '.spec.template.spec.topologySpreadConstraints[topologyKey=zone,whenUnsatisfiable=ScheduleAnyway].maxSkew changed 1 → 2',
      ],
    ],
    [
      'sets by value',
      'v1 ConfigMap',
      'metadata.finalizers',
      ['example.com/a', 'example.com/b'],
      ['example.com/c', 'example.com/a'],
      [
        '.metadata.finalizers[example.com/b] removed "example.com/b"',
        '.metadata.finalizers[example.com/c] added "example.com/c"',
      ],
    ],
    [
      'the Pods of a version that is no longer served',
      'batch/v1beta1 CronJob',
      'spec.jobTemplate.spec.template.spec.containers',
      [{ name: 'a', volumeMounts: [{ name: 'd', mountPath: '/a' }] }],
      [{ name: 'a', volumeMounts: [{ name: 'e', mountPath: '/a' }] }],
      ['.spec.jobTemplate.spec.template.spec.containers[name=a].volumeMounts[mountPath=/a].name changed "d" → "e"'],
    ],
  ])('%s', (_, kind, path, before, after, expected) => {
    expect(facts(kind, path, before, after)).toEqual(expected)
  })
})

describe('lists of custom resources', () => {
  const definition = (items: JsonObject): JsonObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        { name: 'v1', schema: { openAPIV3Schema: { properties: { spec: { properties: { parts: items } } } } } },
      ],
    },
  })

  test('are compared by the keys of a definition in the render', () => {
    const properties = { zone: { type: 'string' }, rack: { type: 'string', default: 'one' } }
    const crd = definition({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['zone', 'rack'],
      items: { properties },
    })
    const before = [
      { name: 'n', zone: 'a' },
      { name: 'm', zone: 'a', rack: 'two' },
    ]
    const after = [
      { name: 'k', zone: 'a', rack: 'one' },
      { name: 'm', zone: 'a', rack: 'two' },
    ]
    expect(facts('example.com/v1 Widget', 'spec.parts', before, after, [crd])).toEqual([
      '.spec.parts[zone=a,rack=one].name changed "n" → "k"',
      '.spec.parts[zone=a,rack=one].rack added "one"',
    ])
  })

  test('are sets where it says so', () => {
    const crd = definition({ 'x-kubernetes-list-type': 'set', items: { type: 'string' } })
    expect(facts('example.com/v1 Widget', 'spec.parts', ['a', 'b'], ['b', 'c'], [crd])).toEqual([
      '.spec.parts[a] removed "a"',
      '.spec.parts[c] added "c"',
    ])
  })

  test.each<[string, Json, Json, string[]]>([
    [
      'by any field that tells most of their items apart',
      [
        { slot: 3, size: 1 },
        { slot: 5, size: 1 },
      ],
      [
        { slot: 5, size: 2 },
        { slot: 7, size: 1 },
        { slot: 3, size: 1 },
      ],
      [
        '.spec.parts[slot=5].size changed 1 → 2',
        '.spec.parts[slot=7] added {"size":1,"slot":7}',
        '.spec.parts changed ["slot=3","slot=5"] → ["slot=5","slot=3"]',
      ],
    ],
    [
      'in order, where a value was edited that could have been a key',
      [{ host: 'a.example' }],
      [{ host: 'b.example' }],
      ['.spec.parts[0].host changed "a.example" → "b.example"'],
    ],
    [
      'in order, where nothing tells them apart',
      ['a', 'b', 'c', 'd'],
      ['a', 'x', 'c', 'e', 'd'],
      ['.spec.parts[1] changed "b" → "x"', '.spec.parts[3] added "e"'],
    ],
    [
      'in order, where items are of several types',
      [{ name: 'a' }, 1],
      [{ name: 'b' }, 1],
      ['.spec.parts[0].name changed "a" → "b"'],
    ],
  ])('without a definition: %s', (_, before, after, expected) => {
    expect(facts('example.com/v1 Widget', 'spec.parts', before, after)).toEqual(expected)
  })
})

test('lists of thousands of items are compared item by item', () => {
  const list = (edit: (i: number) => JsonObject) => Array.from({ length: 5_000 }, (_, i) => edit(i))
  const before = list((i) => ({ name: `n${i}`, value: '1' }))
  const after = list((i) => ({ name: `n${4_999 - i}`, value: i === 7 ? '2' : '1' }))
  expect(facts('example.com/v1 Widget', 'spec.parts', before, after)).toHaveLength(2)
  const plain = (special: number) => list((i) => ({ same: true, deep: { i, special: i % 50 === special } }))
  expect(facts('example.com/v1 Widget', 'spec.parts', plain(1), plain(2))).toHaveLength(200)
})
