import { beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/model/json.ts'
import { REQUEST_LIMIT } from '../../../src/reconcile/apply/stored-size.ts'
import { planTarget } from '../../../src/reconcile/pass/plan-target.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev' })
  scene.commit('definitions', { 'crd.yaml': CRD })
  await reconcileWithReport(scene.ports, scene.request('definitions'))
}, KUSTOMIZE_SETUP_MS)

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: blobs.example.dev }
spec:
  group: example.dev
  scope: Namespaced
  names: { plural: blobs, singular: blob, kind: Blob, listKind: BlobList }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true }
`
const MARGIN = 64
const blobYaml = (namespace: string, text: string, annotation = '') => `apiVersion: example.dev/v1
kind: Blob
metadata: { name: large, namespace: ${namespace}${annotation && `, annotations: { ${annotation} }`} }
spec: { text: ${text} }
`
const keyIn = (namespace: string) => ({
  group: 'example.dev',
  version: 'v1',
  kind: 'Blob',
  namespace,
  name: 'large',
})
const reconcile = (application: string) => reconcileWithReport(scene.ports, scene.request(application))
const commit = (application: string, blob: string, more: Record<string, string> = {}) =>
  scene.commit(application, { 'n.yaml': namespaceYaml(application), 'blob.yaml': blob, ...more })

/** The size that the refusal of `spare` bytes of text too many names, without these. */
async function overhead(application: string): Promise<number> {
  commit(application, blobYaml(application, 'x'.repeat(REQUEST_LIMIT)))
  const { outcome } = await reconcile(application)
  return Number(/takes (\d+) bytes/.exec(outcome.message)?.[1]) - REQUEST_LIMIT
}

describe('a custom resource that is larger than what the cluster stores', () => {
  test('is refused before anything is applied, its Namespace included', async () => {
    const before = { ...plane.cluster.requests }
    commit('fresh', blobYaml('fresh', 'x'.repeat(REQUEST_LIMIT)), { 'c.yaml': configMapYaml('a', 'fresh', { a: 'b' }) })
    const { outcome } = await reconcile('fresh')
    expect(outcome).toMatchObject({ decision: 'refused', code: 'OBJECT_TOO_LARGE' })
    expect(plane.cluster.requests.patch).toBe(before.patch)
    expect(await planTarget(scene.ports, scene.request('fresh'))).toMatchObject({
      outcome: { code: 'OBJECT_TOO_LARGE' },
    })
  })

  test('is told by a byte or so: what is refused fails, and what passes is stored', async () => {
    commit('close', blobYaml('close', 'small'))
    await reconcile('close')
    const added = await overhead('close')
    const [over, under] = [MARGIN, -MARGIN].map((more) => 'x'.repeat(REQUEST_LIMIT - added + more))
    commit('close', blobYaml('close', over as string), { 'c.yaml': configMapYaml('a', 'close', { a: 'b' }) })
    expect((await reconcile('close')).outcome.code).toBe('OBJECT_TOO_LARGE')
    expect(
      await plane.cluster.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'close', name: 'a' }),
    ).toBe(undefined)
    const labels = at((await plane.cluster.get(keyIn('close'))) ?? {}, 'metadata', 'labels') as JsonObject
    const metadata = { name: 'large', namespace: 'close', labels }
    const body = { apiVersion: 'example.dev/v1', kind: 'Blob', metadata }
    const sent = plane.cluster.apply(
      { ...body, spec: { text: over as string } },
      { fieldManager: 'lockstep', force: true },
    )
    await expect(sent).rejects.toMatchObject({ message: expect.stringContaining('request is too large') })
    commit('close', blobYaml('close', under as string))
    expect((await reconcile('close')).outcome.code).toBe('RECONCILED')
    expect(String(at(await plane.cluster.get(keyIn('close')), 'spec', 'text'))).toHaveLength(under?.length ?? 0)
  })

  test('is told where only its managedFields make it so large', async () => {
    const keys = Array.from({ length: 250 }, (_, n) => `key-${1_000 + n}: 1`)
    const fields = Array.from({ length: 240 }, (_, n) => `  group-${n}: { ${keys.join(', ')} }`)
    const blob = blobYaml('fields', '').replace('spec: { text:  }', `spec:\n${fields.join('\n')}`)
    expect(blob.length).toBeLessThan(REQUEST_LIMIT / 1.5)
    commit('fields', blob)
    expect((await reconcile('fields')).outcome).toMatchObject({ decision: 'refused', code: 'OBJECT_TOO_LARGE' })
    expect(await plane.cluster.get(keyIn('fields'))).toBeUndefined()
  })

  test('is applied where its annotation says so, and what the server says then is told in the same words', async () => {
    commit('asked', blobYaml('asked', 'x'.repeat(REQUEST_LIMIT), 'lockstep.dev/oversize: allowed'))
    const { outcome } = await reconcile('asked')
    expect(outcome).toMatchObject({ decision: 'failed', code: 'OBJECT_TOO_LARGE' })
    expect(outcome.message).toContain('etcdserver: request is too large')
  })
})
