import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import type { ResourceKey } from '../../src/model/resource-key.ts'
import { isStoredAsJson, oversizeProblem, REQUEST_LIMIT, requestBytes } from '../../src/reconcile/apply/stored-size.ts'

const key: ResourceKey = { group: 'example.dev', version: 'v1', kind: 'Blob', namespace: 'default', name: 'x' }
const blob = (text: string, metadata: JsonObject = {}) => ({ metadata, spec: { text } })
const beyond = (text: string) => requestBytes(key, blob(text)) - requestBytes(key, blob(''))

describe('the bytes of an object that the cluster stores', () => {
  test.each([
    ['letters', 'abc', 3],
    ['letters of two bytes', 'üü', 4],
    ['what is escaped by everybody', '\n"', 4],
    ['what the API server escapes besides', '<>&', 18],
    ['line separators, which it escapes too', '\u2028\u2029', 12],
  ])('count %s as the API server prints them', (_, text, bytes) => expect(beyond(text)).toBe(bytes))

  test('are those without the version, which is no part of what is stored', () => {
    const versioned = requestBytes(key, blob('a', { resourceVersion: '123456' }))
    expect(versioned).toBe(requestBytes(key, blob('a')))
  })

  test('grow by the name three times, because the request has it so often', () => {
    const longer = requestBytes({ ...key, name: 'x'.repeat(11) }, blob('a'))
    expect(longer - requestBytes(key, blob('a'))).toBe(30)
  })

  test('count for integers that JavaScript would round', () => {
    const spec = { spec: { count: 9_007_199_254_740_993n } }
    expect(requestBytes(key, spec) - requestBytes(key, { spec: { count: 1 } })).toBe(15)
  })
})

test.each([
  ['a custom resource', 'example.dev', true],
  ['one of a group that Kubernetes projects own', 'gateway.networking.k8s.io', true],
  ['a definition', 'apiextensions.k8s.io', true],
  ['a Deployment', 'apps', false],
  ['a ConfigMap', '', false],
  ['a Role', 'rbac.authorization.k8s.io', false],
])('%s is limited by its JSON: %s %s', (_, group, limited) => expect(isStoredAsJson({ group })).toBe(limited))

test('what is refused names the object, its size, the limit and the ways out', () => {
  const { code, message, remedy } = oversizeProblem(key, 1_600_000)
  expect(code).toBe('OBJECT_TOO_LARGE')
  expect(message).toContain('Blob/x takes 1600000 bytes')
  expect(message).toContain(String(REQUEST_LIMIT))
  expect(remedy).toMatch(/Split .*lockstep\.dev\/oversize: allowed/)
})
