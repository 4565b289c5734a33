import { beforeAll, describe, expect, test } from '@jest/globals'
import type { LiveObject } from '../../../src/model/cluster.ts'
import { readInventory } from '../../../src/reconcile/inventory/inventory-store.ts'
import { reconcileWithReport } from '../../../src/reconcile/pass/reconcile-target.ts'
import { openSession } from '../../../src/reconcile/pass/session.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { at, customResourceDefinition } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS } from '../../support/kustomize.ts'
import { REPOSITORY, ReconcileScene } from '../../support/reconcile-scene.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

const plane = useControlPlane()
let scene: ReconcileScene
beforeAll(async () => {
  scene = await ReconcileScene.open({ cluster: () => plane.cluster, environment: 'dev', pruneLimit: 2 })
}, KUSTOMIZE_SETUP_MS)

const reconcile = (application: string) => reconcileWithReport(scene.ports, scene.request(application))
const configMap = (namespace: string, name: string): Promise<LiveObject | undefined> =>
  plane.cluster.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name })
const status = async (application: string) =>
  (await scene.board.list('acme/shop')).find(({ target }) => target.application === application)
const inventory = async (application: string) =>
  readInventory(await openSession(scene.ports, { ...scene.request(application), repository: REPOSITORY }))

describe('applying', () => {
  test('makes the namespace first, then everything in it, under our labels', async () => {
    const revision = scene.commit('first', {
      'a.yaml': configMapYaml('a', 'first', { key: 'one' }),
      'namespace.yaml': namespaceYaml('first'),
    })
    const report = await reconcile('first')
    expect(report.outcome).toMatchObject({ decision: 'done', code: 'RECONCILED', details: { created: 2 } })
    const labels = at(await configMap('first', 'a'), 'metadata', 'labels')
    expect(labels).toEqual({
      'lockstep.dev/target': expect.stringMatching(/^[0-9a-f]{16}$/),
      'applyset.kubernetes.io/part-of': expect.stringMatching(/^applyset-.*-v1$/),
    })
    expect(await status('first')).toMatchObject({
      sync: 'Synced',
      health: 'Healthy',
      revision,
      drift: [],
      problems: [],
    })
    expect((await status('first'))?.healthySince).toBeDefined()
  })

  test('a second pass with nothing new sends no write and no dry run', async () => {
    scene.commit('again', { 'namespace.yaml': namespaceYaml('again'), 'web.yaml': deploymentYaml('web', 'again') })
    await reconcile('again')
    const before = plane.cluster.requests
    const report = await reconcile('again')
    expect(report.outcome.details).toMatchObject({ unchanged: 2, created: 0, configured: 0 })
    expect(report.requests).toMatchObject({ patch: 0, dryRun: 0, create: 0, delete: 0, inventory: 0 })
    expect(plane.cluster.requests.patch).toBe(before.patch)
  })

  test('a change in Git is one dry run and one patch of that object', async () => {
    const files = { 'namespace.yaml': namespaceYaml('change'), 'b.yaml': configMapYaml('b', 'change', { k: 'b' }) }
    scene.commit('change', { ...files, 'a.yaml': configMapYaml('a', 'change', { key: 'one' }) })
    await reconcile('change')
    scene.commit('change', { ...files, 'a.yaml': configMapYaml('a', 'change', { key: 'two' }) })
    const report = await reconcile('change')
    expect(report.outcome).toMatchObject({ code: 'RECONCILED', details: { configured: 1, unchanged: 2 } })
    expect(report.requests).toMatchObject({ dryRun: 1, patch: 1, inventory: 1 })
    expect(at(await configMap('change', 'a'), 'data')).toEqual({ key: 'two' })
  })

  test('a field that left Git leaves the object, and nobody else’s does', async () => {
    const namespace = namespaceYaml('fields')
    scene.commit('fields', { 'n.yaml': namespace, 'a.yaml': configMapYaml('a', 'fields', { ours: '1', gone: '1' }) })
    await reconcile('fields')
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'fields', name: 'a' }
    await plane.cluster.patch(key, { data: { theirs: '1' } }, { fieldManager: 'somebody' })
    scene.commit('fields', { 'n.yaml': namespace, 'a.yaml': configMapYaml('a', 'fields', { ours: '1' }) })
    await reconcile('fields')
    expect(at(await configMap('fields', 'a'), 'data')).toEqual({ ours: '1', theirs: '1' })
  })

  test('an object of a kind that the same render defines', async () => {
    const definition = JSON.stringify(customResourceDefinition('Widget'))
    const widget =
      'apiVersion: example.dev/v1\nkind: Widget\nmetadata: { name: w, namespace: default }\nspec: { size: 1 }\n'
    scene.commit('kinds', { 'widget.yaml': widget, 'definition.yaml': definition })
    expect((await reconcile('kinds')).outcome).toMatchObject({ code: 'RECONCILED', details: { created: 2 } })
  })
})

describe('what is refused', () => {
  test('a field that another manager owns is named with its owner, and nothing is applied', async () => {
    const theirs = { ...JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap' })) }
    await plane.cluster.apply(
      { ...theirs, metadata: { name: 'shared', namespace: 'default' }, data: { mode: 'theirs' } },
      { fieldManager: 'operator-x' },
    )
    scene.commit('conflict', {
      'other.yaml': configMapYaml('conflict-other', 'default', { a: 'b' }),
      'shared.yaml': configMapYaml('shared', 'default', { mode: 'ours' }),
    })
    const report = await reconcile('conflict')
    expect(report.outcome).toMatchObject({ decision: 'refused', code: 'FIELD_CONFLICT' })
    expect(report.outcome.message).toContain('.data.mode belongs to operator-x')
    expect(await configMap('default', 'conflict-other')).toBeUndefined()
    expect((await status('conflict'))?.problems).toMatchObject([{ code: 'FIELD_CONFLICT', object: 'ConfigMap/shared' }])
    const forced = configMapYaml('shared', 'default', { mode: 'ours' }).replace(
      'namespace: default',
      'namespace: default, annotations: { lockstep.dev/force: "true" }',
    )
    scene.commit('conflict', { 'shared.yaml': forced })
    expect((await reconcile('conflict')).outcome.code).toBe('RECONCILED')
    expect(at(await configMap('default', 'shared'), 'data', 'mode')).toBe('ours')
  })

  test('an object of another target, but a shared Namespace is left to the first', async () => {
    const files = { 'n.yaml': namespaceYaml('both'), 'a.yaml': configMapYaml('a', 'both', { key: 'one' }) }
    scene.commit('owner', files)
    scene.commit('thief', files)
    await reconcile('owner')
    const report = await reconcile('thief')
    expect(report.outcome).toMatchObject({ decision: 'refused', code: 'OBJECT_OF_OTHER_TARGET' })
    scene.commit('thief', { 'n.yaml': namespaceYaml('both'), 'b.yaml': configMapYaml('b', 'both', { key: 'one' }) })
    const second = await reconcile('thief')
    expect(second.outcome.details).toMatchObject({ created: 1, skipped: 1 })
    expect((await reconcile('owner')).outcome.code).toBe('IN_SYNC')
    expect((await status('thief'))?.health).toBe('Healthy')
  })

  test('an immutable field, with the API server’s words', async () => {
    const n = { 'n.yaml': namespaceYaml('immutable') }
    scene.commit('immutable', { ...n, 'web.yaml': deploymentYaml('web', 'immutable') })
    await reconcile('immutable')
    const renamed = deploymentYaml('web', 'immutable').replaceAll('app: web', 'app: other')
    scene.commit('immutable', { ...n, 'web.yaml': renamed })
    const { outcome } = await reconcile('immutable')
    expect(outcome).toMatchObject({ decision: 'refused', code: 'APPLY_IMMUTABLE' })
    expect(outcome.message).toContain('spec.selector')
  })

  test('an object whose namespace nobody made', async () => {
    scene.commit('nowhere', { 'a.yaml': configMapYaml('a', 'nowhere', { a: 'b' }) })
    const { outcome } = await reconcile('nowhere')
    expect(outcome).toMatchObject({ decision: 'refused', code: 'NAMESPACE_ABSENT' })
    expect(outcome.remedy).toContain('Namespace object')
  })

  test('a render without objects neither applies nor prunes', async () => {
    scene.commit('empty', { 'a.yaml': configMapYaml('empty-a', 'default', { a: 'b' }) })
    await reconcile('empty')
    scene.commit('empty', { 'none.yaml': '# nothing\n' })
    const { outcome } = await reconcile('empty')
    expect(outcome.decision).toBe('refused')
    expect(await configMap('default', 'empty-a')).toBeDefined()
  })

  test('an overlay that does not build leaves the cluster as it is and says why', async () => {
    scene.commit('broken', { 'a.yaml': configMapYaml('broken-a', 'default', { a: 'b' }) })
    await reconcile('broken')
    scene.commit(
      'broken',
      { 'a.yaml': configMapYaml('broken-a', 'default', { a: 'b' }) },
      'patches: [{ path: gone.yaml }]\n',
    )
    const { outcome } = await reconcile('broken')
    expect(outcome.decision).toBe('refused')
    expect(await status('broken')).toMatchObject({ health: 'Healthy', problems: [{ code: outcome.code }] })
    expect(await configMap('default', 'broken-a')).toBeDefined()
  })
})

describe('pruning', () => {
  const names = ['a', 'b', 'c', 'd']
  const files = (namespace: string, kept: readonly string[]) =>
    Object.fromEntries([
      ['n.yaml', namespaceYaml(namespace)],
      ...kept.map((name) => [`${name}.yaml`, configMapYaml(name, namespace, { key: name })]),
    ])

  test('removes what left Git, and nothing that was never ours', async () => {
    scene.commit('prune', files('prune', ['a', 'b']))
    await reconcile('prune')
    const foreign = configMapBody('foreign', 'prune')
    await plane.cluster.apply(foreign, { fieldManager: 'somebody' })
    const revision = scene.commit('prune', files('prune', ['a']))
    const report = await reconcile('prune')
    expect(report.outcome).toMatchObject({ code: 'RECONCILED', details: { deleted: 1 } })
    expect(await configMap('prune', 'b')).toBeUndefined()
    expect(await configMap('prune', 'foreign')).toBeDefined()
    expect([...(await inventory('prune')).records.keys()].sort()).toEqual(['/ConfigMap/prune/a', '/Namespace//prune'])
    expect(await inventory('prune')).toMatchObject({ revision, attempted: revision })
  })

  test('stops above the limit and says why; a confirmation of that very commit lets it go on', async () => {
    scene.commit('limit', files('limit', names))
    const first = await reconcile('limit')
    const revision = scene.commit('limit', files('limit', ['a']))
    const report = await reconcile('limit')
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'PRUNE_LIMIT' })
    expect(report.outcome.message).toContain('ConfigMap/b, ConfigMap/c, ConfigMap/d')
    expect(report.outcome.remedy).toContain(`/confirm-prune ${revision.slice(0, 12)}`)
    expect(await configMap('limit', 'd')).toBeDefined()
    expect(await status('limit')).toMatchObject({ sync: 'OutOfSync', revision: first.revision })
    scene.confirmed.add('0'.repeat(40))
    expect((await reconcile('limit')).outcome.code).toBe('PRUNE_LIMIT')
    scene.confirmed.add(revision)
    expect((await reconcile('limit')).outcome).toMatchObject({ code: 'RECONCILED', details: { deleted: 3 } })
    expect(await status('limit')).toMatchObject({ sync: 'Synced', revision })
  })

  test('never takes a Namespace along, unless its annotation allows it', async () => {
    scene.commit('guard', {
      'n.yaml': namespaceYaml('guard'),
      'a.yaml': configMapYaml('guard-a', 'default', { a: 'b' }),
    })
    await reconcile('guard')
    scene.commit('guard', { 'a.yaml': configMapYaml('guard-a', 'default', { a: 'b' }) })
    expect((await reconcile('guard')).problems).toMatchObject([{ code: 'PRUNE_PROTECTED', object: 'Namespace/guard' }])
    const key = { group: '', version: 'v1', kind: 'Namespace', name: 'guard' }
    const annotations = { 'lockstep.dev/prune': 'allowed' }
    await plane.cluster.patch(key, { metadata: { annotations } }, { fieldManager: 'somebody' })
    const { outcome } = await reconcile('guard')
    expect(outcome).toMatchObject({ decision: 'waiting', code: 'PRUNE_DELETING', details: { deleted: 0, skipped: 1 } })
    expect(outcome.message).toContain('waits for kubernetes')
    expect(at(await plane.cluster.get(key), 'metadata', 'deletionTimestamp')).toBeDefined()
  })

  test('keeps what is annotated to stay, and forgets what lost our label', async () => {
    scene.commit('keep', files('keep', names.slice(0, 3)))
    await reconcile('keep')
    const key = (name: string) => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'keep', name })
    const kept = { metadata: { annotations: { 'lockstep.dev/prune': 'disabled' } } }
    const orphaned = { metadata: { labels: { 'lockstep.dev/target': null } } }
    await plane.cluster.patch(key('b'), kept, { fieldManager: 'somebody' })
    await plane.cluster.patch(key('c'), orphaned, { fieldManager: 'somebody' })
    scene.commit('keep', files('keep', ['a']))
    const report = await reconcile('keep')
    expect(report.outcome.details).toMatchObject({ deleted: 0, skipped: 2 })
    expect(await configMap('keep', 'b')).toBeDefined()
    expect(await configMap('keep', 'c')).toBeDefined()
    expect((await inventory('keep')).records.has('/ConfigMap/keep/c')).toBe(false)
  })

  test('leaves alone what was deleted and made again by somebody else', async () => {
    scene.commit('remade', files('remade', ['a', 'b']))
    await reconcile('remade')
    const live = await configMap('remade', 'b')
    const key = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'remade', name: 'b' }
    await plane.cluster.delete(key)
    const labels = at(live, 'metadata', 'labels') as Record<string, string>
    await plane.cluster.apply({ ...configMapBody('b', 'remade', labels) }, { fieldManager: 'somebody' })
    scene.commit('remade', files('remade', ['a']))
    expect((await reconcile('remade')).problems).toMatchObject([{ code: 'PRUNE_NOT_OURS' }])
    expect(await configMap('remade', 'b')).toBeDefined()
  })
})

function configMapBody(name: string, namespace: string, labels: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data: { theirs: 'yes' } }
}
