import { beforeAll, describe, expect, test } from '@jest/globals'
import { useControlPlane } from '../../support/control-plane.ts'
import { at } from '../../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { PruneTrap, said } from '../../support/prune-trap.ts'
import { useUntouchedObjects } from '../../support/untouched-objects.ts'
import { configMapYaml, deploymentYaml, namespaceYaml } from '../../support/yaml-objects.ts'

// What Git says, or seems to say. Every trap has a deletion that must not happen.

const plane = useControlPlane()
useUntouchedObjects(plane)
beforeAll(kustomizeForTests, KUSTOMIZE_SETUP_MS)
const DIRECTORY = (trap: PruneTrap, name = trap.name) => `apps/${name}/overlays/dev`

/** A target with the objects `a` and `b` in place. */
async function settled(options: Parameters<typeof PruneTrap.set>[1] = {}, ...names: string[]): Promise<PruneTrap> {
  const trap = await PruneTrap.set(plane.cluster, options)
  trap.commit(trap.configMaps('a', 'b', ...names))
  expect((await trap.pass()).outcome.code).toBe('RECONCILED')
  return trap
}

describe('a commit that is not what it seems', () => {
  test('an empty render', async () => {
    const trap = await settled()
    trap.commit({ 'none.yaml': '# nothing\n' })
    expect((await trap.pass()).outcome).toMatchObject({ decision: 'refused' })
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })

  test('a render that fails', async () => {
    const trap = await settled()
    trap.scene.commitFiles({ [`${DIRECTORY(trap)}/kustomization.yaml`]: 'resources: [gone.yaml]\n' })
    expect((await trap.pass()).outcome).toMatchObject({ decision: 'refused' })
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })

  test('an overlay at a path that no template finds', async () => {
    const trap = await settled()
    const moved = `app/${trap.name}/overlays/dev`
    const files = ['a.yaml', 'b.yaml', 'kustomization.yaml'].flatMap((name) => [
      [`${moved}/${name}`, trap.scene.file(`${DIRECTORY(trap)}/${name}`)] as const,
      [`${DIRECTORY(trap)}/${name}`, undefined] as const,
    ])
    trap.scene.commitFiles(Object.fromEntries(files))
    expect((await trap.pass()).outcome).toMatchObject({ decision: 'refused', code: 'TARGET_UNKNOWN' })
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })

  test('a configuration that is gone', async () => {
    const trap = await settled()
    trap.scene.commitFiles({ '.lockstep.yaml': undefined, [`${DIRECTORY(trap)}/b.yaml`]: undefined })
    expect((await trap.pass()).outcome).toMatchObject({ decision: 'refused', code: 'CONFIG_MISSING' })
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })

  test('an overlay directory that moved with its template', async () => {
    const trap = await settled()
    const files = ['a.yaml', 'b.yaml', 'kustomization.yaml'].flatMap((name) => [
      [`deploy/${trap.name}/dev/${name}`, trap.scene.file(`${DIRECTORY(trap)}/${name}`)] as const,
      [`${DIRECTORY(trap)}/${name}`, undefined] as const,
    ])
    const config = trap.scene
      .file('.lockstep.yaml')
      ?.replace('apps/{app}/overlays/{environment}', 'deploy/{app}/{environment}')
    trap.scene.commitFiles({ ...Object.fromEntries(files), '.lockstep.yaml': config })
    expect((await trap.pass()).outcome.code).toBe('IN_SYNC')
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })

  test('an environment that is suspended', async () => {
    const trap = await settled()
    trap.commit(trap.configMaps('a'))
    const config = trap.scene.file('.lockstep.yaml') ?? ''
    trap.scene.commitFiles({ '.lockstep.yaml': config.replace('cluster: dev', 'cluster: dev\n    suspend: true') })
    expect((await trap.pass()).outcome.code).toBe('TARGET_SUSPENDED')
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })
})

describe('what moves', () => {
  test('a namespace that was renamed: the old objects go only after the new ones are healthy', async () => {
    const trap = await PruneTrap.set(plane.cluster)
    const renamed = `${trap.name}-new`
    const files = (namespace: string) => ({
      'web.yaml': deploymentYaml('web', namespace),
      'a.yaml': configMapYaml('a', namespace, { key: 'a' }),
    })
    trap.commit(files(trap.name))
    await trap.pass()
    trap.commit({ ...files(renamed), 'n.yaml': namespaceYaml(renamed) })
    const report = await trap.pass()
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'HEALTH_WAITS' })
    expect(said(report)).toEqual(
      expect.arrayContaining(['PRUNE_AFTER_HEALTH Deployment/web', 'PRUNE_AFTER_HEALTH ConfigMap/a']),
    )
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a']])
    await becomesAvailable(renamed)
    expect((await trap.pass()).outcome).toMatchObject({ code: 'RECONCILED', details: { deleted: 2 } })
    expect(trap.deletions.toSorted()).toEqual(['ConfigMap/a', 'Deployment/web'])
    expect(await plane.cluster.get({ ...trap.key('a'), namespace: renamed })).toBeDefined()
  })

  test('and only within the limit', async () => {
    const trap = await PruneTrap.set(plane.cluster, { pruneLimit: 2 })
    const names = ['a', 'b', 'c']
    trap.commit(trap.configMaps(...names))
    await trap.pass()
    const there = (name: string) => [`${name}.yaml`, configMapYaml(name, `${trap.name}-new`, { key: name })]
    trap.commit({ ...Object.fromEntries(names.map(there)), 'n.yaml': namespaceYaml(`${trap.name}-new`) })
    expect((await trap.pass()).outcome.code).toBe('PRUNE_LIMIT')
    expect([trap.deletions, await trap.left()]).toEqual([[], names])
  })

  test.each([
    'the old application first',
    'the new application first',
  ])('an object that another application has now: %s, it is handed over', async (order) => {
    const trap = await settled()
    const uid = at(await trap.live('b'), 'metadata', 'uid')
    const other = `${trap.name}-other`
    trap.commit(trap.configMaps('a'))
    trap.commit(trap.configMaps('b'), other)
    if (order === 'the new application first') {
      expect((await trap.pass(other)).outcome.code).toBe('OBJECT_OF_OTHER_TARGET')
    }
    const report = await trap.pass()
    expect(said(report)).toEqual(['PRUNE_HANDED_OVER ConfigMap/b'])
    expect(await trap.tracked()).toEqual(['a'])
    const jobs = trap.scene.jobs.filter(({ job }) => job.kind === 'reconcile')
    expect(jobs).toMatchObject([{ job: { target: { application: other } } }])
    expect((await trap.pass(other)).outcome.code).toBe('RECONCILED')
    expect([await trap.tracked(other), (await trap.pass()).outcome.code]).toEqual([['b'], 'IN_SYNC'])
    expect([trap.deletions, at(await trap.live('b'), 'metadata', 'uid')]).toEqual([[], uid])
  })

  test('an object that another application may have now, whose overlay does not build', async () => {
    const trap = await settled()
    const other = `${trap.name}-other`
    trap.commit(trap.configMaps('c'), other)
    await trap.pass(other)
    trap.scene.commitFiles({ 'apps/never-applied/overlays/dev/kustomization.yaml': 'resources: [gone.yaml]\n' })
    const broken = trap.scene.file(`${DIRECTORY(trap, other)}/c.yaml`)
    trap.scene.commitFiles({ [`${DIRECTORY(trap, other)}/c.yaml`]: undefined })
    trap.commit(trap.configMaps('a'))
    const report = await trap.pass()
    expect(said(report)).toEqual(['PRUNE_UNSURE', 'PRUNE_UNSURE ConfigMap/b'])
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b', 'c']])
    trap.scene.commitFiles({ [`${DIRECTORY(trap, other)}/c.yaml`]: broken })
    expect((await trap.pass()).outcome).toMatchObject({ code: 'RECONCILED', details: { deleted: 1 } })
  })

  test('an application that was renamed', async () => {
    const trap = await settled()
    const renamed = `${trap.name}-renamed`
    trap.commit(trap.configMaps('a', 'b'), renamed)
    const files = ['a.yaml', 'b.yaml', 'kustomization.yaml'].map((name) => [`${DIRECTORY(trap)}/${name}`, undefined])
    trap.scene.commitFiles(Object.fromEntries(files))
    expect((await trap.pass()).outcome.code).toBe('TARGET_UNKNOWN')
    expect((await trap.pass(renamed)).outcome.code).toBe('OBJECT_OF_OTHER_TARGET')
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b']])
  })
})

describe('a limit', () => {
  test('is not lifted by the confirmation of another commit, nor of an earlier one', async () => {
    const trap = await settled({ pruneLimit: 1 }, 'c')
    const confirmed = trap.commit(trap.configMaps('c'))
    trap.scene.confirmed.add('0'.repeat(40))
    const report = await trap.pass()
    expect(report.outcome).toMatchObject({ decision: 'waiting', code: 'PRUNE_LIMIT' })
    expect(said(report)).toEqual(['PRUNE_LIMIT', 'PRUNE_LIMIT ConfigMap/a', 'PRUNE_LIMIT ConfigMap/b'])
    trap.scene.confirmed.add(confirmed)
    trap.commit(trap.configMaps('d'))
    expect((await trap.pass()).outcome.code).toBe('PRUNE_LIMIT')
    expect([trap.deletions, await trap.left()]).toEqual([[], ['a', 'b', 'c', 'd']])
  })
})

describe('an annotation', () => {
  test.each<[string, (trap: PruneTrap) => Promise<void>]>([
    ['on the live object alone', (trap) => trap.patch('b', { annotations: { 'lockstep.dev/prune': 'disabled' } })],
    [
      'in Git alone, since somebody took it off the live object',
      async (trap) => {
        const text = configMapYaml('b', trap.name, { key: 'b' })
        const kept = text.replace('metadata: { ', 'metadata: { annotations: { lockstep.dev/prune: disabled }, ')
        trap.commit({ ...trap.configMaps('a'), 'b.yaml': kept })
        await trap.pass()
        await trap.patch('b', { annotations: { 'lockstep.dev/prune': null } })
      },
    ],
    ['to leave it alone', (trap) => trap.patch('b', { annotations: { 'lockstep.dev/reconcile': 'disabled' } })],
  ])('%s keeps what leaves Git', async (_title, annotate) => {
    const trap = await settled()
    await annotate(trap)
    trap.commit(trap.configMaps('a'))
    expect(said(await trap.pass())).toEqual(['PRUNE_DISABLED ConfigMap/b'])
    expect([trap.deletions, await trap.left(), await trap.tracked()]).toEqual([[], ['a', 'b'], ['a', 'b']])
  })
})

async function becomesAvailable(namespace: string): Promise<void> {
  const key = { group: 'apps', version: 'v1', kind: 'Deployment', namespace, name: 'web' }
  const conditions = [
    { type: 'Available', status: 'True' },
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
  ]
  const counts = { replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2 }
  const status = { observedGeneration: 1, ...counts, conditions }
  await plane.cluster.patch(key, { status }, { fieldManager: 'controller', subresource: 'status' })
}
