import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ensureControlPlane } from '../../../sandbox/cluster/control-plane.ts'
import { cacheDirectory } from '../../../src/adapters/kustomize/cache-directory.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { applySetHints } from '../../../src/reconcile/inventory/apply-set.ts'
import { applySetId, PART_OF_LABEL } from '../../../src/reconcile/labels.ts'
import { keyOf } from '../../../src/reconcile/live/live-object.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { configMapKey, NAMESPACE } from '../../support/inventories.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { PruneTrap } from '../../support/prune-trap.ts'

const plane = useControlPlane()
let directory = ''
let kubectl: (...words: string[]) => Promise<string>
beforeAll(kustomizeForTests, KUSTOMIZE_SETUP_MS)
beforeAll(async () => {
  const programs = await ensureControlPlane({ cache: cacheDirectory(), progress: () => {} })
  directory = await mkdtemp(join(tmpdir(), 'lockstep-kubectl-'))
  const env = { ...process.env, KUBECTL_APPLYSET: 'true', KUBECONFIG: plane.local.kubeconfig, HOME: directory }
  kubectl = async (...words) => {
    const { stdout, stderr } = await promisify(execFile)(programs.kubectl, [`--namespace=${NAMESPACE}`, ...words], {
      env,
    }).catch((error) => error)
    return `${stdout}${stderr}`
  }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }
  await plane.cluster.apply(namespace, { fieldManager: 'somebody' })
}, 20 * 60_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

function member(kind: string, name: string, namespace?: string): JsonObject {
  return { apiVersion: kind === 'Role' ? 'rbac.authorization.k8s.io/v1' : 'v1', kind, metadata: { name, namespace } }
}

async function fileOf(objects: readonly JsonObject[]): Promise<string> {
  const file = join(directory, `${objects.length}.json`)
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))
  return file
}

test('the ID and the hints of a parent are those that kubectl gives one with the same members', async () => {
  const members = [
    member('ConfigMap', 'member', NAMESPACE),
    member('Role', 'reader', NAMESPACE),
    member('Namespace', 'of-the-set'),
  ]
  const said = await kubectl('apply', '--prune', '--applyset=configmaps/made-by-kubectl', '-f', await fileOf(members))
  expect(said).toContain('configmap/member created')
  const parent = await plane.cluster.get(configMapKey('made-by-kubectl', NAMESPACE))
  const annotations = at(parent, 'metadata', 'annotations') as JsonObject
  expect(at(parent, 'metadata', 'labels')).toEqual({
    'applyset.kubernetes.io/id': applySetId('made-by-kubectl', NAMESPACE),
  })
  const tooling = { 'applyset.kubernetes.io/tooling': annotations['applyset.kubernetes.io/tooling'] }
  expect(annotations).toEqual({ ...applySetHints(members.map(keyOf), NAMESPACE), ...tooling })
  const live = await plane.cluster.get(configMapKey('member', NAMESPACE))
  expect(at(live, 'metadata', 'labels', PART_OF_LABEL)).toBe(applySetId('made-by-kubectl', NAMESPACE))
})

test('kubectl leaves a set of ours alone, since another tool has it, and could find every member', async () => {
  const trap = await PruneTrap.set(plane.cluster)
  trap.commit(trap.configMaps('a', 'b'))
  await trap.pass()
  const set = `--applyset=configmaps/${trap.inventoryKey().name}`
  const words = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--prune', set, '-f']
  const other = await fileOf([member('ConfigMap', 'other', NAMESPACE)])
  expect(await kubectl(...words, other)).toContain('managed by tooling "lockstep" instead of "kubectl"')
  const annotations = { 'applyset.kubernetes.io/tooling': 'kubectl/v1.34' }
  await plane.cluster.patch(trap.inventoryKey(), { metadata: { annotations } }, { fieldManager: 'somebody' })
  const said = await kubectl(...words, other)
  expect(said).toContain('configmap/a pruned (server dry run)')
  expect(said).toContain('configmap/b pruned (server dry run)')
  expect(said.match(/pruned/g)).toHaveLength(2)
})
