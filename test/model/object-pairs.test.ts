import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { configMap, deployment, manifest } from '../support/manifests.ts'

/** `object path verb class`, one line a fact. */
function facts(before: readonly Manifest[], after: readonly Manifest[]): string[] {
  return diffManifests(before, after).flatMap(({ facts }) =>
    facts.map((fact) => `${fact.object} ${fact.path} ${fact.verb} ${fact.class}`),
  )
}

const settings = { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' }
const account = (name: string): Manifest => manifest({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } })
const of = (apiVersion: string, kind: string, more: JsonObject = {}) =>
  manifest({ apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, ...more })

describe('the same object under another API version', () => {
  test.each([
    ['extensions/v1beta1', 'networking.k8s.io/v1', 'Ingress'],
    ['extensions/v1beta1', 'apps/v1', 'Deployment'],
    ['policy/v1beta1', 'policy/v1', 'PodDisruptionBudget'],
  ])('%s → %s %s', (from, to, kind) => {
    const [change, ...more] = diffManifests([of(from, kind)], [of(to, kind)])
    expect(more).toEqual([])
    expect(change).toMatchObject({
      verb: 'changed',
      facts: [{ path: '.apiVersion', before: from, after: to, class: 'other' }],
    })
    expect(change).not.toHaveProperty('renamedFrom')
  })

  test('a custom resource of the same name in another group is another object', () => {
    expect(facts([of('v1', 'Service')], [of('serving.knative.dev/v1', 'Service')])).toEqual([
      'Service/x  removed delete',
      'Service/x  added network',
    ])
  })
})

describe('renamed objects', () => {
  test('keep their facts, and the old name is said to be deleted', () => {
    const [change, ...more] = diffManifests([configMap('old', settings)], [configMap('new', { ...settings, f: '7' })])
    expect(more).toEqual([])
    expect(change).toMatchObject({
      object: 'ConfigMap/new',
      verb: 'changed',
      renamedFrom: { kind: 'ConfigMap', name: 'old' },
      facts: [
        { object: 'ConfigMap/old', path: '.metadata.name', before: 'old', after: 'new', class: 'delete' },
        { object: 'ConfigMap/new', path: '.data.f', before: '6', after: '7', class: 'config' },
      ],
    })
  })

  test('the object’s own name inside of it does not make it another', () => {
    const one = (name: string) => deployment(name, { spec: { nodeSelector: { app: name }, serviceAccountName: name } })
    expect(diffManifests([one('checkout')], [one('payments')])).toHaveLength(1)
  })

  test('another namespace, for many objects at once', () => {
    const render = (namespace: string) =>
      Array.from({ length: 200 }, (_, i) => configMap(`c${i}`, { ...settings, own: String(i) }, { namespace }))
    const changes = diffManifests(render('old'), render('new'))
    expect(changes).toHaveLength(200)
    expect(changes[0]?.facts).toMatchObject([{ namespace: 'old', path: '.metadata.namespace', class: 'delete' }])
    expect(changes.every(({ key, renamedFrom }) => key.name === renamedFrom?.name)).toBe(true)
  })

  test('of several that are alike the nearest name is taken, whatever the order', () => {
    const old = [configMap('dev-a', settings), configMap('dev-b', settings)]
    const now = [configMap('b', settings), configMap('a', settings)]
    const pairs = (before: Manifest[], after: Manifest[]) =>
      diffManifests(before, after).map(({ key, renamedFrom }) => `${renamedFrom?.name} → ${key.name}`)
    expect(pairs(old, now)).toEqual(['dev-a → a', 'dev-b → b'])
    expect(pairs(old.toReversed(), now.toReversed())).toEqual(['dev-a → a', 'dev-b → b'])
  })

  test('what is not alike is deleted and created', () => {
    expect(facts([configMap('old', settings)], [configMap('new', { ...settings, d: 'x', e: 'y', f: 'z' })])).toEqual([
      'ConfigMap/new  added config',
      'ConfigMap/old  removed delete',
    ])
    expect(facts([account('robot')], [account('person')])).toHaveLength(2)
    expect(facts([account('dev-robot')], [account('robot')])).toHaveLength(1)
  })

  test('of thousands nobody reads renames', () => {
    const many = (prefix: string) =>
      Array.from({ length: 3_000 }, (_, i) => configMap(`${prefix}${i}`, { i: String(i) }))
    expect(diffManifests(many('a'), many('b'))).toHaveLength(6_000)
  })
})

test('many generated names and their users are followed in one pass', () => {
  const render = (hash: string) =>
    Array.from({ length: 1_500 }, (_, i) => i).flatMap((i) => [
      configMap(`c${i}-${hash}`, { value: hash }, { namespace: 'shop' }),
      deployment(`d${i}`, { spec: { volumes: [{ name: 'v', configMap: { name: `c${i}-${hash}` } }] } }),
    ])
  const changes = diffManifests(render('2456789bcd'), render('fghkmt2456'))
  expect(changes).toHaveLength(1_500)
  expect(changes[0]?.renamed?.followers).toEqual(['Deployment/d0'])
})

test('an amount that is only written in another way is said to be the same', () => {
  const limited = (cpu: string | number) =>
    deployment('d', { spec: { containers: [{ name: 'd', resources: { limits: { cpu } } }] } })
  const note = (before: string | number, after: string | number) =>
    diffManifests([limited(before)], [limited(after)])[0]?.facts[0]?.note
  expect(['1', 1, '1e3m', '0.5', '1Gi'].map((amount) => note('1000m', amount))).toEqual([
    'the same amount',
    'the same amount',
    undefined,
    undefined,
    undefined,
  ])
})
