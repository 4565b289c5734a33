import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/model/json.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { configMap, deployment } from '../../support/kubernetes-objects.ts'

const plane = useControlPlane({ users: ['stranger'] })
const lockstep = { fieldManager: 'lockstep' }
const inNamespace = (body: JsonObject, namespace: string): JsonObject => ({
  ...body,
  metadata: { ...(body.metadata as JsonObject), namespace },
})

describe('refusals of a real API server', () => {
  test('a field fixed for life is `immutable`, and the cause names it', async () => {
    await plane.cluster.apply(deployment('fixed'), lockstep)
    const other = { matchLabels: { app: 'other' } }
    const template = { metadata: { labels: { app: 'other' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } }
    await expect(
      plane.cluster.apply(deployment('fixed', { selector: other, template }), lockstep),
    ).rejects.toMatchObject({
      kind: 'immutable',
      status: 422,
      reason: 'Invalid',
      causes: expect.arrayContaining([expect.objectContaining({ field: 'spec.selector' })]),
    })
  })

  const immutable: [string, JsonObject, JsonObject][] = [
    ["a StatefulSet's service", statefulSet('a'), statefulSet('b')],
    ["a RoleBinding's role", roleBinding('a'), roleBinding('b')],
    ["a Service's address", service('10.96.0.77'), service('10.96.0.78')],
    ["a Job's template", job('a:1'), job('a:2')],
    [
      'an immutable ConfigMap',
      { ...configMap('sealed', { a: '1' }), immutable: true },
      { ...configMap('sealed', { a: '2' }), immutable: true },
    ],
  ]
  test.each(immutable)('%s is `immutable` too', async (_, before, after) => {
    await plane.cluster.apply(before, lockstep)
    await expect(plane.cluster.apply(after, lockstep)).rejects.toMatchObject({ kind: 'immutable', retryable: false })
  })

  test('a wrong value is `invalid`', async () => {
    await expect(plane.cluster.apply(deployment('negative', { replicas: -1 }), lockstep)).rejects.toMatchObject({
      kind: 'invalid',
      status: 422,
    })
  })

  const broken: [string, JsonObject][] = [
    ['a field the schema does not have', deployment('unknown-field', { replcas: 1 })],
    ['a value of the wrong type', deployment('wrong-type', { replicas: 'three' })],
    ['two entries of one key', variableTwice()],
  ]
  test.each(broken)('%s is `invalid` for good, though the server says 500, and is asked only once', async (_, body) => {
    const cluster = await plane.open()
    for (const fieldValidation of ['Strict', 'Ignore'] as const) {
      const refused = cluster.apply(body, { ...lockstep, fieldValidation })
      await expect(refused).rejects.toMatchObject({ kind: 'invalid', retryable: false })
    }
    expect(cluster.requests.patch).toBe(2)
  })

  test('a missing namespace is `not-found`, in a dry run too', async () => {
    const body = inNamespace(configMap('lost'), 'nowhere')
    for (const dryRun of [false, true]) {
      await expect(plane.cluster.apply(body, { ...lockstep, dryRun })).rejects.toMatchObject({
        kind: 'not-found',
        message: 'namespaces "nowhere" not found',
      })
    }
  })

  test('a namespace on its way out is `terminating`', async () => {
    const ending = { group: '', version: 'v1', kind: 'Namespace', name: 'ending' }
    await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ending' } }, lockstep)
    await plane.cluster.delete(ending)
    await expect(plane.cluster.apply(inNamespace(configMap('late'), 'ending'), lockstep)).rejects.toMatchObject({
      kind: 'terminating',
      status: 403,
    })
  })

  test('what the login may not do is `forbidden`, for reads, writes and watches', async () => {
    const stranger = await plane.open({ context: 'stranger' })
    const kind = { group: '', version: 'v1', kind: 'ConfigMap' }
    const refused = { kind: 'forbidden', status: 403, retryable: false }
    await expect(stranger.list(kind)).rejects.toMatchObject(refused)
    await expect(stranger.apply(configMap('no'), lockstep)).rejects.toMatchObject(refused)
    await expect(stranger.watch(kind, {}, () => {}, AbortSignal.timeout(20_000))).rejects.toMatchObject(refused)
  })

  test('an error about a Secret quotes none of it', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'default' },
      data: { password: 'hunter2 is not base64' },
    }
    const error = await plane.cluster.apply(secret, lockstep).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'ClusterError', message: expect.stringContaining('Secret/s was refused') })
    expect(JSON.stringify(error) + error.message).not.toContain('hunter2')
  })

  test('managedFields in a body are refused', async () => {
    const body = {
      ...configMap('managed'),
      metadata: { name: 'managed', namespace: 'default', managedFields: [{ manager: 'x' }] },
    }
    await expect(plane.cluster.apply(body, lockstep)).rejects.toMatchObject({ kind: 'invalid', status: 400 })
  })

  test.each([
    {},
    { apiVersion: 'v1' },
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 1 } },
  ])('an object without its name is refused before it is sent: %j', async (body) => {
    const cluster = await plane.open()
    await expect(cluster.apply(body, lockstep)).rejects.toMatchObject({ kind: 'invalid' })
    expect(cluster.requests.patch).toBe(0)
  })
})

function podTemplate(image: string): JsonObject {
  return { metadata: { labels: { app: 'x' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'x', image }] } }
}

function statefulSet(serviceName: string): JsonObject {
  const template = { ...podTemplate('x:1'), spec: { containers: [{ name: 'x', image: 'x:1' }] } }
  const spec = { serviceName, selector: { matchLabels: { app: 'x' } }, template }
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'x', namespace: 'default' }, spec }
}

function roleBinding(role: string): JsonObject {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role }
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'x', namespace: 'default' },
    roleRef,
  }
}

function service(clusterIP: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x', namespace: 'default' },
    spec: { clusterIP, ports: [{ port: 80 }] },
  }
}

function job(image: string): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'x', namespace: 'default' },
    spec: { template: podTemplate(image) },
  }
}

function variableTwice(): JsonObject {
  const env = [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ]
  const containers = [{ name: 'web', image: 'web:1', env }]
  return deployment('twice', { template: { metadata: { labels: { app: 'twice' } }, spec: { containers } } })
}
