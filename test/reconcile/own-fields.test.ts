import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import { createMask, type Mask } from '../../src/model/mask-secrets.ts'
import type { ResourceKey } from '../../src/model/resource-key.ts'
import { lostFields, toFoundDrift, withSince } from '../../src/reconcile/drift/drift.ts'
import { hasPath } from '../../src/reconcile/fields/managed-path.ts'
import { ownFieldsHash } from '../../src/reconcile/fields/own-fields.ts'

const fieldDrift = (key: ResourceKey, live: JsonObject, answer: JsonObject, mask: Mask) =>
  lostFields(live, answer).map((field) => toFoundDrift(key, live, field, mask))
const ownedByUs = (fieldsV1: JsonObject) => ({ manager: 'lockstep', operation: 'Apply', fieldsV1 })
const ownedBy = (manager: string, fieldsV1: JsonObject, time = '2026-01-05T12:00:00Z') => ({
  manager,
  operation: 'Update',
  time,
  fieldsV1,
})

const IMAGE = { 'f:template': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:name': {}, 'f:image': {} } } } }

function deployment(replicas: number, image: string, managedFields: JsonObject[], extra: JsonObject = {}): JsonObject {
  const containers = [{ name: 'sidecar', image: 'other' }, ...(image ? [{ name: 'web', image }] : [])]
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', managedFields },
    spec: { replicas, template: { containers }, ...extra },
  }
}

const KEY = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
const OPEN = createMask([])
const answer = deployment(2, 'web:1', [ownedByUs({ 'f:spec': { 'f:replicas': {}, ...IMAGE } })])

describe('our fields', () => {
  test('are found in lists by their keys, wherever an item stands', () => {
    const mine = ownedByUs({ 'f:spec': { 'f:replicas': {}, ...IMAGE } })
    const items = (object: JsonObject) => (object.spec as { template: { containers: object[] } }).template.containers
    const turned = deployment(2, 'web:1', [mine])
    items(turned).reverse()
    expect(ownFieldsHash(turned)).toBe(ownFieldsHash(answer))
    expect(ownFieldsHash(deployment(2, 'web:2', [mine]))).not.toBe(ownFieldsHash(answer))
  })

  test('hash the same whatever others add, and differently when a value or the set changes', () => {
    const hash = ownFieldsHash(answer)
    const mine = ownedByUs({ 'f:spec': { 'f:replicas': {}, ...IMAGE } })
    const touched = deployment(2, 'web:1', [mine, ownedBy('x', { 'f:spec': { 'f:paused': {} } })], { paused: true })
    expect(ownFieldsHash(touched)).toBe(hash)
    expect(ownFieldsHash(deployment(3, 'web:1', [mine]))).not.toBe(hash)
    expect(ownFieldsHash(deployment(2, 'web:1', [ownedByUs({ 'f:spec': IMAGE })]))).not.toBe(hash)
  })

  test('of a Secret hash without its values', () => {
    const secret = (value: string): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', managedFields: [ownedByUs({ 'f:data': { 'f:password': {} } })] },
      data: { password: value },
    })
    expect(ownFieldsHash(secret('YQ=='))).toBe(ownFieldsHash(secret('Yg==')))
  })
})

describe('drift of fields', () => {
  test('names the writer and time of a value that was ours', () => {
    const live = deployment(5, 'web:1', [
      ownedByUs({ 'f:spec': IMAGE }),
      ownedBy('kubectl', { 'f:spec': { 'f:replicas': {} } }),
    ])
    expect(fieldDrift(KEY, live, answer, OPEN)).toEqual([
      {
        object: 'Deployment/web',
        namespace: 'shop',
        path: '.spec.replicas',
        desired: '2',
        live: '5',
        manager: 'kubectl',
        since: '2026-01-05T12:00:00Z',
      },
    ])
  })

  test('is none where the value is still ours: then Git or an apply under way changed it', () => {
    const live = deployment(5, 'web:1', [ownedByUs({ 'f:spec': { 'f:replicas': {}, ...IMAGE } })])
    expect(fieldDrift(KEY, live, answer, OPEN)).toEqual([])
  })

  test('a removed list item is one entry, not one for each of its fields', () => {
    const live = deployment(2, '', [ownedByUs({ 'f:spec': { 'f:replicas': {} } })])
    expect(fieldDrift(KEY, live, answer, OPEN)).toMatchObject([
      {
        path: '.spec.template.containers[name="web"]',
        desired: '{"image":"web:1","name":"web"}',
        live: '(absent)',
      },
    ])
  })

  test('values that a Secret holds are hidden wherever they stand', () => {
    const secret = {
      key: { group: '', version: 'v1', kind: 'Secret', name: 's' },
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { token: 'correct-horse' } },
    }
    const live = deployment(2, 'correct-horse', [ownedByUs({ 'f:spec': { 'f:replicas': {} } })])
    expect(JSON.stringify(fieldDrift(KEY, live, answer, createMask([secret])))).not.toContain('correct-horse')
  })

  test('keeps the time it was first seen when managedFields do not tell', () => {
    const found = { object: 'ConfigMap/a', path: '', desired: 'present', live: 'missing' }
    const first = withSince([found], [], '2026-01-05T12:00:00Z')
    expect(withSince([found], first, '2026-01-05T13:00:00Z')).toEqual(first)
    expect(withSince([{ ...found, live: 'other' }], first, '2026-01-05T13:00:00Z')[0]?.since).toBe(
      '2026-01-05T13:00:00Z',
    )
  })
})

describe('a field as the API server spells it', () => {
  const body = {
    metadata: { labels: { 'app.kubernetes.io/name': 'web' } },
    spec: {
      replicas: 2,
      finalizers: ['a.b/c'],
      containers: [{ name: 'we"b', ports: [{ containerPort: 80 }], args: ['x', 'y'] }],
    },
  }
  test.each([
    ['.spec.replicas', true],
    ['.spec.paused', false],
    ['.spec', true],
    ['.metadata.labels.app.kubernetes.io/name', true],
    ['.metadata.labels.app.kubernetes.io/other', false],
    ['.metadata.labels.app', false],
    ['.spec.containers[name="we\\"b"].args[1]', true],
    ['.spec.containers[name="we\\"b"].args[2]', false],
    ['.spec.containers[name="other"]', false],
    ['.spec.containers[name="we\\"b"].ports[containerPort=80,protocol="TCP"].containerPort', true],
    ['.spec.containers[name="we\\"b"].ports[containerPort=81,protocol="TCP"]', false],
    ['.spec.finalizers[="a.b/c"]', true],
    ['.spec.finalizers[="other"]', false],
    ['.spec.containers[garbage', false],
    ['', true],
  ])('%s is there: %s', (path, expected) => {
    expect(hasPath(body, path)).toBe(expected)
  })
})
