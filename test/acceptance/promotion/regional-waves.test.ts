import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import type { TargetStatus } from '../../../src/model/target-status.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { type Body, commitFile } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'

const PATIENCE_MS = 60_000
jest.setTimeout(2 * PATIENCE_MS)

const CONFIG = `version: 1
overlays:
  - apps/{app}/overlays/{environment}/{cluster}
  - apps/{app}/overlays/{environment}
environments:
  - { name: staging, cluster: staging }
  - { name: prod, after: [staging], clusters: [eu, us], waves: [[eu], [us]] }
  - { name: recovery, after: [prod], cluster: recovery }
drift: { pullRequests: warn }
`
const CLUSTERS = ['staging', 'eu', 'us', 'recovery']
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  replicas: 1
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: checkout, image: example.test/checkout }] }
`
/** Of one region alone: where its Pods may run. */
const onNodes = (region: string) => `patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: checkout }
    spec: { template: { spec: { nodeSelector: { ${region} } } } }
`
const DIRECTORIES = { staging: 'staging', eu: 'prod/eu', us: 'prod/us', recovery: 'recovery' } as const
const overlay = (cluster: keyof typeof DIRECTORIES) =>
  `apps/checkout/overlays/${DIRECTORIES[cluster]}/kustomization.yaml`
const overlayText = (cluster: string, tag: string, rest = '') => {
  const up = cluster === 'eu' || cluster === 'us' ? '../../..' : '../..'
  const images = `images:\n- name: example.test/checkout\n  newTag: "${tag}"\n`
  return `namespace: ${cluster}\nresources: [${up}/base]\n${images}${rest}`
}

const plane = useControlPlane({ controllers: true })
let lockstep: LockstepScene
let repository: string

beforeAll(async () => {
  const renderer = createKustomizeRenderer({ binary: await kustomizeForTests() })
  for (const name of CLUSTERS)
    await plane.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { fieldManager: 'admin' })
  const access = { kind: 'kubeconfig', kubeconfig: plane.local.kubeconfig } as const
  const each = { access, repositories: ['acme/*'], namespaces: [], serviceAccounts: [] }
  lockstep = await openLockstep({ clusters: CLUSTERS.map((name) => ({ name, ...each })) }, renderer)
  const files = {
    '.lockstep.yaml': CONFIG,
    'apps/checkout/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
    'apps/checkout/base/deployment.yaml': DEPLOYMENT,
    [overlay('staging')]: overlayText('staging', 'v1'),
    [overlay('eu')]: overlayText('eu', 'v1'),
    [overlay('us')]: overlayText('us', 'v1'),
    [overlay('recovery')]: overlayText('recovery', 'v1'),
  }
  repository = await lockstep.repository({ from: [{ message: 'Begin', files }], private: true })
  await lockstep.services.queue.add({ kind: 'sweep' })
  for (const cluster of CLUSTERS) await sees(cluster, 'healthy', ({ health }) => health === 'Healthy')
}, KUSTOMIZE_SETUP_MS)
afterAll(() => lockstep?.close())

function sees(cluster: string, what: string, fits: (status: TargetStatus) => boolean): Promise<TargetStatus> {
  let last: TargetStatus | undefined
  return eventually(
    async () => {
      const { owner, name } = lockstep.ref(repository)
      const all = await lockstep.services.board.list(`${owner}/${name}`)
      last = all.find(({ target }) => target.cluster === cluster)
      return last && fits(last) ? last : undefined
    },
    () => `${cluster} ${what}: ${JSON.stringify(last)}`,
    PATIENCE_MS,
  )
}

async function imageIn(namespace: string): Promise<string> {
  const key = { group: 'apps', version: 'v1', kind: 'Deployment', namespace, name: 'checkout' }
  return ((await plane.cluster.get(key)) as Body).spec.template.spec.containers[0].image
}

const runs = (namespace: string, tag: string) =>
  eventually(
    async () => (await imageIn(namespace)) === `example.test/checkout:${tag}`,
    () => `${tag} in ${namespace}`,
    PATIENCE_MS,
  )

const write = (path: string, content: string) => commitFile(lockstep.scene.ann, repository, 'main', { path, content })

async function openInto(): Promise<string[]> {
  const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
  return body.map((pull: Body) => pull.head.ref.split('/')[2]).sort()
}

async function promotionInto(environment: string): Promise<Body> {
  return eventually(
    async () => {
      const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
      return body.find(({ head }: Body) => head.ref === `lockstep/promote/${environment}/checkout`)
    },
    () => `a promotion into ${environment}`,
    PATIENCE_MS,
  )
}

/** One more round from now on is over. */
async function promotionsRound(): Promise<void> {
  const before = await lockstep.jobs('promotions')
  await lockstep.services.queue.add({ kind: 'promotions', repository: lockstep.ref(repository) })
  await eventually(
    async () => (await lockstep.jobs('promotions')) > before,
    () => 'a round over the promotions',
    PATIENCE_MS,
  )
}

describe('an environment in regional waves', () => {
  test('halts when a region turns unhealthy: the next one stays as it is, and nothing goes on to later environments', async () => {
    await write(overlay('eu'), overlayText('eu', 'v1', onNodes('region: nowhere')))
    await sees('eu', 'not healthy', ({ health }) => health !== 'Healthy')
    await write(overlay('staging'), overlayText('staging', 'v2'))
    const { number } = await promotionInto('prod')
    expect((await lockstep.scene.ann.put(`${repository}/pulls/${number}/merge`, {})).status).toBe(200)
    await runs('eu', 'v2')
    await sees('us', 'kept back', ({ waitingFor }) => waitingFor === 'wave eu')
    await promotionsRound()
    expect(await imageIn('us')).toBe('example.test/checkout:v1')
    expect(await openInto()).toEqual([])
  })

  test('goes on to the next region, and then to later environments, once it is healthy again', async () => {
    await write(overlay('eu'), overlayText('eu', 'v2', onNodes('kubernetes.io/hostname: sandbox')))
    await sees('eu', 'healthy', ({ health }) => health === 'Healthy')
    await runs('us', 'v2')
    await promotionInto('recovery')
    expect(await openInto()).toEqual(['recovery'])
  })
})
