import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import { diffManifests } from '../../src/model/manifest-diff.ts'
import { createMask } from '../../src/model/mask-secrets.ts'
import { maskChanges } from '../../src/preview/mask-changes.ts'
import { textDiff } from '../../src/preview/text-diff.ts'
import { configMap, deployment, manifest, secret } from '../support/manifests.ts'

/** Values that stay readable elsewhere, because everybody knows them: in their Secret they must not. */
const PUBLIC = ['checkout', 'prod']

function masked(before: JsonObject, after: JsonObject) {
  const sides = [secret('s', { stringData: before }), secret('s', { stringData: after })] as const
  return maskChanges(diffManifests([sides[0]], [sides[1]]), createMask(sides, PUBLIC))
}

describe('a Secret shows which keys change and nothing else', () => {
  test.each<[string, JsonObject, JsonObject, unknown[]]>([
    [
      'yes and no',
      { a: 'true' },
      { a: 'false' },
      [{ path: '.stringData.a', verb: 'changed', before: '***', after: '***' }],
    ],
    ['public words', { a: 'checkout' }, { a: 'prod' }, [{ verb: 'changed', before: '***', after: '***' }]],
    ['a new key', {}, { a: 'true' }, [{ path: '.stringData.a', verb: 'added', after: '***' }]],
    ['a key gone', { a: '' }, {}, [{ path: '.stringData.a', verb: 'removed', before: '***' }]],
  ])('%s', (_, before, after, facts) => {
    expect(masked(before, after)[0]?.facts).toMatchObject(facts)
  })

  test('as a new object, or with all its data at once', () => {
    const full = secret('s', { data: { a: 'dHJ1ZQ==' } })
    const mask = createMask([full])
    expect(maskChanges(diffManifests([], [full]), mask)[0]?.facts[0]?.after).toMatchObject({ data: { a: '***' } })
    const [change] = maskChanges(diffManifests([secret('s', {})], [full]), mask)
    expect(change?.facts[0]).toMatchObject({ path: '.data', after: { a: '***' } })
  })

  test('line by line, marking the values that differ', () => {
    const [change] = masked({ same: 'on', other: 'no', gone: 'x' }, { same: 'on', other: 'yes' })
    const lines = textDiff(change as NonNullable<typeof change>).text.split('\n')
    expect(lines.filter((line) => /^[+-]/.test(line))).toEqual([
      '-  other: "*** (before)"',
      '-  gone: "*** (before)"',
      '+  other: "*** (after)"',
    ])
  })

  test('while its labels stay readable', () => {
    const labelled = (tier: string) =>
      manifest({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', labels: { tier } },
        stringData: { a: 'hunter22' },
      })
    const sides = [labelled('front'), labelled('back')] as const
    const [change] = maskChanges(diffManifests([sides[0]], [sides[1]]), createMask(sides))
    expect(change?.facts).toMatchObject([{ path: '.metadata.labels.tier', before: 'front', after: 'back' }])
  })
})

describe('a Secret that SOPS encrypted', () => {
  const encrypted = (value: string, mac: string) =>
    manifest({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { a: `ENC[AES256_GCM,data:${value},type:str]`, b: 'ENC[AES256_GCM,data:same,type:str]' },
      sops: { mac, lastmodified: mac, version: '3.9.0' },
    })

  test('shows the keys that changed, and its signature as one fact', () => {
    const sides = [encrypted('one', 'm1'), encrypted('two', 'm2')] as const
    const [change] = maskChanges(diffManifests([sides[0]], [sides[1]]), createMask(sides))
    expect(change?.facts).toMatchObject([
      { path: '.stringData.a', verb: 'changed', before: '***', after: '***', class: 'secret' },
      { path: '.sops', verb: 'changed', before: '***', after: '***', note: 'encrypted anew by SOPS' },
    ])
    expect(change?.facts).toHaveLength(2)
  })
})

test('what kubectl applied last is hidden as a whole, also where all annotations are new', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"MQ=="}}', team: 'shop' }
  const bare = manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } })
  const full = manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', annotations } })
  const [change] = maskChanges(diffManifests([bare], [full]), createMask([full]))
  expect(change?.facts[0]?.after).toEqual({ ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': '***' })
  expect(JSON.stringify(change)).not.toContain('MQ==')
})

test('an object that was renamed says what it was called', () => {
  const data = { a: '1', b: '2', c: '3', d: '4' }
  const rename = (before: JsonObject, after: JsonObject) =>
    maskChanges(diffManifests([configMap('one', data, before)], [configMap('two', data, after)]), createMask([]))[0]
  expect(rename({}, {})?.renamedFrom).toBe('ConfigMap/one')
  expect(rename({ namespace: 'a' }, { namespace: 'b' })?.renamedFrom).toBe('ConfigMap/one in a')
})

test('a value is hidden in names, keys and numbers of other objects, too', () => {
  const known = secret('s', { stringData: { a: 'hunter22', b: '54329' } })
  const after = [known, configMap('at-hunter22', { hunter22: 'x' }), deployment('d', { replicas: 54329 })]
  const changes = maskChanges(diffManifests([known], after), createMask(after))
  const text = JSON.stringify(changes)
  expect(text).not.toMatch(/hunter22|54329/)
  expect(text).toContain('ConfigMap/at-***')
})

test('an object with more changes than anybody compares is said to be rewritten', () => {
  const lines = (prefix: string) =>
    Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`k${i}`, `${prefix}${i}`]))
  const sides = [configMap('c', lines('a')), configMap('c', lines('b'))] as const
  const [change] = maskChanges(diffManifests([sides[0]], [sides[1]]), createMask([]))
  expect(textDiff(change as NonNullable<typeof change>)).toEqual({
    text: '@@ rewritten: 1505 lines before, 1505 lines after @@',
    added: 1505,
    removed: 1505,
  })
})
