import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import type { ResourceKey } from '../../../src/model/resource-key.ts'
import type { TargetStatus } from '../../../src/model/target-status.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { type Body, commitFile, openPull } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'

const SOAK_MS = 12_000
const PATIENCE_MS = 40_000
/** Of a whole test, so that what was waited for is told. */
const TEST_MS = 5 * PATIENCE_MS
const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: staging, cluster: staging }
  - { name: prod, after: [staging], cluster: prod, gates: { soak: ${SOAK_MS / 1000}s } }
drift: { policy: report, pullRequests: block }
`
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  replicas: 1
  progressDeadlineSeconds: 3
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: checkout, image: example.test/checkout }] }
`
const overlay = (environment: string) => `apps/checkout/overlays/${environment}/kustomization.yaml`
const overlayText = (environment: string, tag: string) =>
  `namespace: ${environment}\nresources: [../../base]\nimages:\n- name: example.test/checkout\n  newTag: "${tag}"\n`

const plane = useControlPlane({ controllers: true })
let lockstep: LockstepScene
let repository: string
/** Where people talk about it; it changes nothing that runs. */
let talk: number
/** The promotion of checkout to prod. */
let promotion: Body

beforeAll(async () => {
  const renderer = createKustomizeRenderer({ binary: await kustomizeForTests() })
  for (const environment of ['staging', 'prod']) await makeNamespace(environment)
  const access = { kind: 'kubeconfig', kubeconfig: plane.local.kubeconfig } as const
  const clusters = ['staging', 'prod'].map((name) => ({
    name,
    access,
    repositories: ['acme/*'],
    namespaces: [],
    serviceAccounts: [],
  }))
  lockstep = await openLockstep({ clusters }, renderer)
  const files = {
    '.lockstep.yaml': CONFIG,
    'apps/checkout/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
    'apps/checkout/base/deployment.yaml': DEPLOYMENT,
    [overlay('staging')]: overlayText('staging', 'v1'),
    [overlay('prod')]: overlayText('prod', 'v1'),
  }
  repository = await lockstep.repository({ from: [{ message: 'Begin', files }], private: true })
  await lockstep.services.queue.add({ kind: 'sweep' })
  await sees('staging', 'healthy', ({ health }) => health === 'Healthy')
  await sees('prod', 'healthy', ({ health }) => health === 'Healthy')
  await commitFile(bob(), repository, 'words', { path: 'README.md', content: 'more\n' })
  talk = (await openPull(bob(), repository, 'words')).number
}, KUSTOMIZE_SETUP_MS)
afterAll(() => lockstep?.close())

const bob = () => lockstep.scene.bob

async function makeNamespace(name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  await plane.cluster.create(body, { fieldManager: 'admin' })
}

function sees(environment: string, what: string, fits: (status: TargetStatus) => boolean): Promise<TargetStatus> {
  let last: TargetStatus | undefined
  return eventually(
    async () => {
      const { owner, name } = lockstep.ref(repository)
      const all = await lockstep.services.board.list(`${owner}/${name}`)
      last = all.find(({ target }) => target.environment === environment)
      return last && fits(last) ? last : undefined
    },
    () => `${environment} ${what}: ${JSON.stringify(last)}`,
    PATIENCE_MS,
  )
}

const deployment = (namespace: string): ResourceKey => ({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace,
  name: 'checkout',
})

/** As a person does it with kubectl. */
async function scale(environment: string, replicas: number): Promise<void> {
  await plane.cluster.patch(deployment(environment), { spec: { replicas } }, { fieldManager: 'kubectl-scale' })
}

async function liveImage(environment: string): Promise<string> {
  const found = (await plane.cluster.get(deployment(environment))) as Body
  return found.spec.template.spec.containers[0].image
}

/** The kubelet says that its probes fail, or that they pass again. */
async function probesSay(environment: string, ready: boolean): Promise<void> {
  const pods = await plane.cluster.list({ group: '', version: 'v1', kind: 'Pod' }, { namespace: environment })
  for (const { metadata } of pods.items as readonly Body[]) {
    const key = { group: '', version: 'v1', kind: 'Pod', namespace: environment, name: metadata.name }
    const status = ready ? 'True' : 'False'
    const conditions = ['ContainersReady', 'Ready'].map((type) => ({ type, status }))
    await plane.cluster.patch(key, { status: { conditions } }, { fieldManager: 'kubelet', subresource: 'status' })
  }
}

const release = (tag: string) =>
  commitFile(lockstep.scene.ann, repository, 'main', { path: overlay('staging'), content: overlayText('staging', tag) })

async function findPromotion(): Promise<Body | undefined> {
  const { body } = await bob().get(`${repository}/pulls`)
  return body.find((each: Body) => each.head.ref === 'lockstep/promote/prod/checkout')
}

/** The first verdict on the promotion after an earlier one that fits: none is ever taken back, each is a run of its own. */
function gate(what: string, fits: (run: Body) => boolean): Promise<Body> {
  let runs: Body[] = []
  return eventually(
    async () => {
      const path = `${repository}/commits/${promotion.head.sha}/check-runs?per_page=100&filter=all`
      const { body } = await bob().get(path)
      runs = body.check_runs.filter(({ name, status }: Body) => name === 'lockstep/gate' && status === 'completed')
      const found = runs.toSorted((a, b) => a.id - b.id).find((run) => run.id > seen && fits(run))
      if (found) seen = found.id
      return found
    },
    () => `a gate that ${what}: ${runs.map(({ id, output }) => `${id} ${output.title}`).join('\n')}`,
    PATIENCE_MS,
  )
}

/** The newest verdict that the story went past. */
let seen = 0
const green = (run: Body) => run.conclusion === 'success'
const says = (code: string) => (run: Body) => run.conclusion !== 'success' && run.output.summary.includes(code)
const seconds = (time: string) => Math.floor(Date.parse(time) / 1000)

/** What Lockstep answers; the reply of one cause is one comment, edited in place. */
async function why(body: string, where = talk, fits = (_: string) => true): Promise<string> {
  const { status } = await bob().post(`${repository}/issues/${where}/comments`, { body })
  expect(status).toBe(201)
  let last = ''
  return eventually(
    async () => {
      const { body: comments } = await bob().get(`${repository}/issues/${where}/comments`)
      last = comments.find((each: Body) => each.body.includes('lockstep:reply-gates-shown'))?.body ?? ''
      return last !== '' && fits(last) ? last : undefined
    },
    () => `an answer to ${body}: ${last}`,
    PATIENCE_MS,
  )
}

describe('a promotion from staging to prod', () => {
  test(
    'is not opened while what staging runs is not healthy, and /why names the object that is to blame',
    async () => {
      await release('v2-broken')
      await sees('staging', 'degraded', ({ health }) => health === 'Degraded')
      const told = await why('/why prod', talk, (text) => text.includes('UPSTREAM_NOT_HEALTHY'))
      expect(told).toMatch(/checkout\/staging\/staging is Degraded: \S*checkout\S*\. \| \w{3} \d{4}-\d\d-\d\d/)
      expect(await findPromotion()).toBeUndefined()
    },
    TEST_MS,
  )

  test(
    'is opened once staging is healthy with exactly what is to be promoted, and waits until that has soaked',
    async () => {
      await release('v3')
      promotion = await eventually(findPromotion, () => 'the promotion', PATIENCE_MS)
      const { healthySince = '' } = await sees('staging', 'healthy', ({ health }) => health === 'Healthy')
      const waiting = await gate('waits for the soak', says('SOAK_WAITS'))
      expect(waiting.conclusion).toBe('action_required')
      const opened = await gate('opens by itself', green)
      expect(seconds(opened.completed_at)).toBeGreaterThanOrEqual(seconds(healthySince) + SOAK_MS / 1000)
    },
    TEST_MS,
  )

  test(
    'is kept back again as soon as staging degrades, and its soak begins anew with the recovery',
    async () => {
      const { healthySince: before = '' } = await sees('staging', 'healthy', ({ health }) => health === 'Healthy')
      await probesSay('staging', false)
      await gate('says that staging is not healthy', says('UPSTREAM_NOT_HEALTHY'))
      await probesSay('staging', true)
      const { healthySince = '' } = await sees('staging', 'healthy again', ({ health }) => health === 'Healthy')
      expect(Date.parse(healthySince)).toBeGreaterThan(Date.parse(before))
      await gate('waits for the soak again', says('SOAK_WAITS'))
      const opened = await gate('opens by itself', green)
      expect(seconds(opened.completed_at)).toBeGreaterThanOrEqual(seconds(healthySince) + SOAK_MS / 1000)
    },
    TEST_MS,
  )

  test.each([
    ['staging', 'UPSTREAM_DRIFTED', '/heal staging checkout'],
    ['prod', 'DRIFT_BLOCKS', '/heal prod'],
  ])(
    'is kept back by a change by hand in %s, told as %s, until that is put back',
    async (environment, code, command) => {
      await scale(environment, 2)
      await gate('is red for the change by hand', says(code))
      const told = await why('/why', promotion.number, (text) => text.includes(code))
      expect(told).toContain(command)
      await bob().post(`${repository}/issues/${promotion.number}/comments`, { body: command })
      await sees(environment, 'as applied', ({ sync, health }) => sync === 'Synced' && health === 'Healthy')
      await gate('opens again', green)
    },
    TEST_MS,
  )

  test(
    'is merged then, and prod runs it',
    async () => {
      expect(await liveImage('prod')).toBe('example.test/checkout:v1')
      await bob().post(`${repository}/issues/${promotion.number}/comments`, { body: '/promote' })
      await sees('prod', 'in sync and healthy', ({ sync, health }) => sync === 'Synced' && health === 'Healthy')
      await eventually(
        async () => (await liveImage('prod')) === 'example.test/checkout:v3',
        () => 'v3 in prod',
        PATIENCE_MS,
      )
    },
    TEST_MS,
  )
})
