import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/model/json.ts'
import { byStage, stageOf } from '../../src/reconcile/apply/sync-stage.ts'
import { toDesired } from '../../src/reconcile/desired/desired.ts'
import { ownFieldsHash } from '../../src/reconcile/fields/own-fields.ts'
import { emptyInventory, type InventoryRecord } from '../../src/reconcile/inventory/inventory.ts'
import { toLiveRecord } from '../../src/reconcile/live/live-record.ts'
import { planSync } from '../../src/reconcile/pass/sync-plan.ts'
import { configMap, manifest, secret } from '../support/manifests.ts'

const OWNERSHIP = { target: '0123456789abcdef', applySet: 'applyset-x-v1' }
const TARGET = { application: 'checkout', environment: 'dev', cluster: 'dev' }
const inNamespace = (data: JsonObject) => configMap('a', data, { namespace: 'shop' })
const desired = toDesired(inNamespace({ key: 'one' }), OWNERSHIP)
const live: JsonObject = {
  ...desired.body,
  metadata: {
    ...(desired.body.metadata as JsonObject),
    uid: 'u1',
    managedFields: [{ manager: 'lockstep', operation: 'Apply', fieldsV1: { 'f:data': { 'f:key': {} } } }],
  },
}
const applied: InventoryRecord = {
  key: desired.key,
  uid: 'u1',
  renderHash: desired.renderHash,
  appliedHash: ownFieldsHash(live),
}

function verb(
  record: InventoryRecord | undefined,
  object: JsonObject | undefined,
  wanted = desired,
): string | undefined {
  const inventory = { ...emptyInventory('acme/shop', TARGET), records: new Map(record ? [[wanted.id, record]] : []) }
  return planSync([wanted], inventory, new Map(object ? [[wanted.id, toLiveRecord(object)]] : [])).actions[0]?.verb
}

describe('what is to be done about one object', () => {
  const drifted: JsonObject = { ...live, data: { key: 'other' } }
  const remade: JsonObject = { ...live, metadata: { ...(live.metadata as JsonObject), uid: 'u2' } }
  test.each<[string, InventoryRecord | undefined, JsonObject | undefined, string]>([
    ['never seen', undefined, undefined, 'create'],
    ['written ahead and not made', { key: desired.key }, undefined, 'create'],
    ['written ahead and made', { key: desired.key }, live, 'changed'],
    ['ours, but not in the inventory', undefined, live, 'changed'],
    ['as it was applied', applied, live, 'unchanged'],
    ['another render was applied', { ...applied, renderHash: 'old' }, live, 'changed'],
    ['changed by others', applied, drifted, 'suspect'],
    ['made again by others', applied, remade, 'suspect'],
    ['gone', applied, undefined, 'suspect'],
    ['gone, and Git changed it too', { ...applied, renderHash: 'old' }, undefined, 'create'],
  ])('%s', (_title, record, object, expected) => {
    expect(verb(record, object)).toBe(expected)
  })

  test('a new value of a Secret is a change, though no hash holds it', () => {
    const before = toDesired(secret('s', { stringData: { password: 'one' } }), OWNERSHIP)
    const after = toDesired(secret('s', { stringData: { password: 'two' } }), OWNERSHIP)
    expect(after.renderHash).toBe(before.renderHash)
    const stored = { ...before.body, metadata: { ...(before.body.metadata as JsonObject), uid: 'u1' } }
    const record = { key: before.key, uid: 'u1', renderHash: before.renderHash, appliedHash: ownFieldsHash(stored) }
    expect(verb(record, stored, before)).toBe('unchanged')
    expect(verb(record, stored, after)).toBe('changed')
  })

  test('what only the inventory knows left Git', () => {
    const gone = { ...applied, key: { ...applied.key, name: 'b' } }
    const inventory = { ...emptyInventory('acme/shop', TARGET), records: new Map([['/ConfigMap/shop/b', gone]]) }
    expect(planSync([desired], inventory, new Map()).stale).toEqual([{ id: '/ConfigMap/shop/b', record: gone }])
  })
})

describe('desired objects', () => {
  test('carry our labels and lose what only the server may say', () => {
    const body: JsonObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        labels: { app: 'x' },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'y' },
        creationTimestamp: null,
        generation: 3,
        managedFields: [],
        resourceVersion: '7',
        uid: 'u',
      },
      status: { a: 1 },
    }
    expect(toDesired(manifest(body), OWNERSHIP).body).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        labels: {
          app: 'x',
          'lockstep.dev/target': OWNERSHIP.target,
          'applyset.kubernetes.io/part-of': OWNERSHIP.applySet,
        },
        annotations: { mine: 'y' },
      },
    })
  })

  test('have the stringData of Secrets as data, over data of the same key', () => {
    const { body } = toDesired(secret('s', { data: { a: 'YQ==', b: 'YQ==' }, stringData: { b: 'new' } }), OWNERSHIP)
    expect(body.data).toEqual({ a: 'YQ==', b: Buffer.from('new').toString('base64') })
    expect(body.stringData).toBeUndefined()
  })
})

describe('stages', () => {
  test.each([
    ['/Namespace', 'foundations'],
    ['apiextensions.k8s.io/CustomResourceDefinition', 'foundations'],
    ['rbac.authorization.k8s.io/ClusterRole', 'classes'],
    ['storage.k8s.io/StorageClass', 'classes'],
    ['gateway.networking.k8s.io/GatewayClass', 'classes'],
    ['/ConfigMap', 'configuration'],
    ['/ServiceAccount', 'configuration'],
    ['rbac.authorization.k8s.io/ClusterRoleBinding', 'configuration'],
    ['apps/Deployment', 'workloads'],
    ['example.dev/Widget', 'workloads'],
    ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'webhooks'],
    ['apiregistration.k8s.io/APIService', 'webhooks'],
  ])('%s belongs to %s', (id, expected) => {
    const [group = '', kind = ''] = id.split('/')
    expect(stageOf({ group, kind })).toBe(expected)
  })

  test('come in their order, whatever the order of the render', () => {
    const keys = ['Deployment', 'Namespace', 'ConfigMap', 'Service'].map((kind) => ({
      group: kind === 'Deployment' ? 'apps' : '',
      kind,
    }))
    expect(byStage(keys, (key) => key).map((stage) => stage.map(({ kind }) => kind))).toEqual([
      ['Namespace'],
      ['ConfigMap'],
      ['Deployment', 'Service'],
    ])
  })
})
