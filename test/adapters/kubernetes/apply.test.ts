import { describe, expect, test } from '@jest/globals'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { at, configMap, deployment, managersOf } from '../../support/kubernetes-objects.ts'

const plane = useControlPlane()
const lockstep = { fieldManager: 'lockstep' }

function keyOf(name: string): ResourceKey {
  return { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name }
}

describe('server-side apply', () => {
  test('stores the object, and the same again changes nothing at all', async () => {
    const first = await plane.cluster.apply(deployment('twice'), lockstep)
    const second = await plane.cluster.apply(deployment('twice'), lockstep)
    expect(at(first, 'metadata', 'uid')).toBeTruthy()
    expect(second).toEqual(first)
  })

  test('a dry run whose metadata is enough answers that alone: whether it exists, and what would be wrong', async () => {
    const { cluster } = plane
    const asked = { ...lockstep, dryRun: true, answer: 'metadata' } as const
    const fresh = await cluster.apply(deployment('slim'), asked)
    expect(fresh.spec).toBeUndefined()
    expect(at(fresh, 'metadata', 'resourceVersion')).toBeUndefined()
    await cluster.apply(deployment('slim'), lockstep)
    expect(at(await cluster.apply(deployment('slim'), asked), 'metadata', 'resourceVersion')).toMatch(/^\d+$/)
    const wrong = { ...deployment('slim'), spec: { replicas: 'many' } }
    await expect(cluster.apply(wrong, asked)).rejects.toThrow('replicas')
  })

  test('counts an apply as patch, a dry run as dryRun, and asks for the kinds of a version once', async () => {
    const cluster = await plane.open()
    await cluster.apply(deployment('counted'), lockstep)
    await cluster.apply(deployment('counted'), lockstep)
    await cluster.apply(deployment('counted'), { ...lockstep, dryRun: true })
    expect(cluster.requests).toEqual({
      get: 0,
      list: 0,
      watch: 0,
      patch: 2,
      dryRun: 1,
      delete: 0,
      create: 0,
      discovery: 1,
      lease: 0,
      events: 0,
    })
  })

  test('a dry run answers what would be stored, with a higher generation when the spec would change, and stores nothing', async () => {
    const live = await plane.cluster.apply(deployment('rehearsed'), lockstep)
    const would = await plane.cluster.apply(deployment('rehearsed', { replicas: 4 }), { ...lockstep, dryRun: true })
    expect(at(would, 'spec', 'replicas')).toBe(4)
    expect(at(would, 'metadata', 'generation')).toBe(2)
    expect(await plane.cluster.get(keyOf('rehearsed'))).toEqual(live)
  })

  test('a dry run of a new object creates none', async () => {
    await plane.cluster.apply(deployment('imagined'), { ...lockstep, dryRun: true })
    expect(await plane.cluster.get(keyOf('imagined'))).toBeUndefined()
  })

  test('names the field and the manager of every conflict, in a dry run too', async () => {
    await plane.cluster.apply(deployment('contested'), lockstep)
    await plane.cluster.patch(keyOf('contested'), { spec: { replicas: 5 } }, { fieldManager: 'kubectl "edit"' })
    for (const dryRun of [false, true]) {
      await expect(plane.cluster.apply(deployment('contested'), { ...lockstep, dryRun })).rejects.toMatchObject({
        kind: 'conflict',
        status: 409,
        retryable: false,
        conflicts: [{ field: '.spec.replicas', manager: 'kubectl "edit"' }],
      })
    }
  })

  test('names the manager of a scale by hand', async () => {
    await plane.cluster.apply(deployment('scaled'), lockstep)
    await plane.cluster.patch(
      keyOf('scaled'),
      { spec: { replicas: 1 } },
      { fieldManager: 'kubectl-scale', subresource: 'scale' },
    )
    await expect(plane.cluster.apply(deployment('scaled'), lockstep)).rejects.toMatchObject({
      conflicts: [{ field: '.spec.replicas', manager: 'kubectl-scale' }],
    })
  })

  test('force takes the field and leaves the other manager nothing', async () => {
    await plane.cluster.apply(deployment('forced'), lockstep)
    await plane.cluster.patch(keyOf('forced'), { spec: { replicas: 5 } }, { fieldManager: 'kubectl-edit' })
    const healed = await plane.cluster.apply(deployment('forced'), { ...lockstep, force: true })
    expect(at(healed, 'spec', 'replicas')).toBe(3)
    expect(managersOf(healed)).toEqual(['lockstep'])
  })

  test('what somebody else added stays, whoever is forced', async () => {
    await plane.cluster.apply(deployment('extended'), lockstep)
    await plane.cluster.patch(keyOf('extended'), { spec: { paused: true } }, { fieldManager: 'kubectl-edit' })
    const applied = await plane.cluster.apply(deployment('extended'), { ...lockstep, force: true })
    expect(at(applied, 'spec', 'paused')).toBe(true)
  })

  test('a field dropped from the body goes back to its default', async () => {
    await plane.cluster.apply(deployment('dropped'), lockstep)
    const applied = await plane.cluster.apply(deployment('dropped', { replicas: undefined }), lockstep)
    expect(at(applied, 'spec', 'replicas')).toBe(1)
  })

  test('a dropped field that another manager applied with the same value stays', async () => {
    await plane.cluster.apply(deployment('handed-over'), lockstep)
    const { apiVersion, kind, metadata } = deployment('handed-over')
    const share = { apiVersion, kind, metadata: { name: 'handed-over', namespace: at(metadata, 'namespace') } }
    await plane.cluster.apply({ ...share, spec: { replicas: 3 } }, { fieldManager: 'autoscaler' })
    const applied = await plane.cluster.apply(deployment('handed-over', { replicas: undefined }), lockstep)
    expect(at(applied, 'spec', 'replicas')).toBe(3)
  })

  test('uid in the body guards against bringing back an object that is gone; resourceVersion alone does not', async () => {
    const live = await plane.cluster.apply(configMap('guarded'), lockstep)
    const { uid, resourceVersion } = live.metadata as { uid: string; resourceVersion: string }
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'guarded' }
    await plane.cluster.delete(key, { uid })
    const guarded = (guard: object) => ({
      ...configMap('guarded'),
      metadata: { name: 'guarded', namespace: 'default', ...guard },
    })
    await expect(plane.cluster.apply(guarded({ uid }), lockstep)).rejects.toMatchObject({ kind: 'stale', status: 409 })
    expect(await plane.cluster.get(key)).toBeUndefined()
    await plane.cluster.apply(guarded({ resourceVersion }), lockstep)
    expect(await plane.cluster.get(key)).toBeDefined()
  })

  test('a stale resourceVersion in the body is told apart from a conflict of managers', async () => {
    const live = await plane.cluster.apply(configMap('aged', { a: '1' }), lockstep)
    await plane.cluster.apply(configMap('aged', { a: '2' }), lockstep)
    const old = {
      ...configMap('aged', { a: '3' }),
      metadata: { name: 'aged', namespace: 'default', resourceVersion: at(live, 'metadata', 'resourceVersion') },
    }
    await expect(plane.cluster.apply(old, lockstep)).rejects.toMatchObject({
      kind: 'stale',
      conflicts: [],
      retryable: false,
    })
  })

  test('every character of a value arrives as it was sent', async () => {
    const awkward = 'tab\t quote" back\\ nul\u0001 del\u007f nel\u0085 ls\u2028 bom\ufeff astral😀 yaml: - # % @ end'
    const applied = await plane.cluster.apply(
      configMap('awkward', { awkward, 'multi.line': 'a\n  b\r\n\nc \n' }),
      lockstep,
    )
    expect(applied.data).toEqual({ awkward, 'multi.line': 'a\n  b\r\n\nc \n' })
  })
})
