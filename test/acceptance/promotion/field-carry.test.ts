import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import { eventually } from '../../support/eventually.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../../support/kustomize.ts'
import { type Body, commitFile, openPull } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { playRound, reportHealth } from '../../support/report-health.ts'

jest.setTimeout(120_000)

const BRANCH = 'lockstep/promote/staging/checkout'
const DEV = 'apps/checkout/overlays/dev'
const STAGING = 'apps/checkout/overlays/staging'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging }
  - { name: prod, after: [staging], cluster: prod }
carry:
  - images
  - path: configMapGenerator[name=features].literals
    apps: [checkout]
  - path: configMapGenerator[name=settings]
  - patch: Deployment/checkout
    path: spec.template.spec.containers[name=app].env
  - files: [objects]
keep: [replicas, patches, "images[name=example.test/proxy]"]
drift: { pullRequests: warn }
`
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
      - { name: app, image: example.test/checkout }
      - { name: proxy, image: example.test/proxy }
`
const dev = (tag: string) => `resources: [../../base, objects]
images:
- { name: example.test/checkout, newTag: ${tag} }
- { name: example.test/proxy, newTag: p9 }
configMapGenerator:
- name: features
  literals: [dark=on, beta=on]
- name: settings
  files: [app.conf]
patches:
- path: mode.yaml
namePrefix: dev-
`
/** With everything that people write around values; \`[now, …]\` are what the promotion changes. */
const staging = (now: { tag: string; features: string; settings: string }) => `# Staging: ask the shop team.\r
resources:\r
- ../../base\r
- objects\r
\r
images:\r
- name: example.test/proxy # the mesh team's\r
  newTag: p1\r
- newTag: "${now.tag}"   # by promotion\r
  name: 'example.test/checkout'\r
\r
replicas:\r
- name: checkout\r
  count: 4 # load tests\r
configMapGenerator:\r
- name: features\r
  literals:\r
  # in the order of the dashboard\r
${now.features}\
- name: settings\r
${now.settings}\
patches:\r
- path: mode.yaml\r
commonAnnotations: { shop.example/owner: shop } # ours\r
`
const mode = (level: string, cpu: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout }
spec:
  template:
    spec:
      containers:
      - name: app
        resources: { requests: { cpu: ${cpu} } } # measured here
        env:
        - { name: LEVEL, value: ${level} }
`
const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`
const before = {
  tag: 'v1',
  features: '  - dark=off # soon\r\n  - old=on\r\n',
  settings: '  options: { disableNameSuffixHash: true }\r\n',
}

const FILES: Readonly<Record<string, string>> = {
  '.lockstep.yaml': CONFIG,
  'apps/checkout/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'apps/checkout/base/deployment.yaml': DEPLOYMENT,
  [`${DEV}/kustomization.yaml`]: dev('v2'),
  [`${DEV}/mode.yaml`]: mode('debug', '100m'),
  [`${DEV}/app.conf`]: 'timeout = 5\n',
  [`${DEV}/notes.md`]: 'Only of dev.\n',
  [`${DEV}/objects/kustomization.yaml`]: 'resources: [one.yaml]\n',
  [`${DEV}/objects/one.yaml`]: object('one'),
  [`${STAGING}/kustomization.yaml`]: staging(before),
  [`${STAGING}/mode.yaml`]: mode('info', '2'),
  [`${STAGING}/objects/kustomization.yaml`]: 'resources: [zero.yaml]\n',
  [`${STAGING}/objects/zero.yaml`]: object('zero'),
}

/** What the pull request has to change, and to what; `undefined` is gone. */
const AFTER: Readonly<Record<string, string | undefined>> = {
  [`${STAGING}/app.conf`]: 'timeout = 5\n',
  [`${STAGING}/kustomization.yaml`]: staging({
    tag: 'v2',
    features: '  - dark=on # soon\r\n  - beta=on\r\n',
    settings: '  files: [app.conf]\r\n',
  }),
  [`${STAGING}/mode.yaml`]: mode('debug', '2'),
  [`${STAGING}/objects/kustomization.yaml`]: 'resources: [one.yaml]\n',
  [`${STAGING}/objects/one.yaml`]: object('one'),
  [`${STAGING}/objects/zero.yaml`]: undefined,
}

let lockstep: LockstepScene
let repository: string
let talk: number
beforeAll(async () => {
  lockstep = await openLockstep({}, createKustomizeRenderer({ binary: await kustomizeForTests() }))
  repository = await lockstep.repository({ from: [{ message: 'Begin', files: FILES }], private: true })
  await commitFile(lockstep.scene.bob, repository, 'talk', { path: 'talk.md', content: 'Shall we?\n' })
  talk = (await openPull(lockstep.scene.bob, repository, 'talk')).number
  await lockstep.idle()
}, KUSTOMIZE_SETUP_MS)
afterAll(() => lockstep.close())

async function contentOn(ref: string, path: string): Promise<string | undefined> {
  const { status, body } = await lockstep.scene.bob.get(`${repository}/contents/${path}?ref=${ref}`)
  return status === 404 ? undefined : Buffer.from(body.content, 'base64').toString()
}

async function comment(text: string): Promise<void> {
  await lockstep.idle()
  await reportHealth(lockstep, repository)
  const { status } = await lockstep.scene.ann.post(`${repository}/issues/${talk}/comments`, { body: text })
  expect(status).toBe(201)
  await lockstep.idle()
}

async function promotion(): Promise<Body> {
  return eventually(async () => {
    const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
    return body.find((pull: Body) => pull.head.ref === BRANCH)
  })
}

/** Lines of the table below a heading of the body, without the head of the table. */
function rows({ body }: Body, heading: string): string[] {
  const [, section = ''] = (body as string).split(`### ${heading}\n\n`)
  return (section.split('\n\n')[0] ?? '').split('\n').slice(2)
}

describe('a promotion carries fields', () => {
  test('and its pull request changes exactly the bytes that the rules name', async () => {
    await comment('/promote staging checkout')
    const { number, head } = await promotion()
    const { body: files } = await lockstep.scene.bob.get(`${repository}/pulls/${number}/files`)
    expect(
      files
        .flatMap((file: Body) => [file.filename, file.previous_filename ?? []])
        .flat()
        .sort(),
    ).toEqual(Object.keys(AFTER).sort())
    for (const [path, content] of Object.entries(AFTER))
      expect([path, await contentOn(head.sha, path)]).toEqual([path, content])
  })

  test('lists what it carried, what is kept, and what no rule explains', async () => {
    const pull = await promotion()
    expect(rows(pull, 'Carried').map((row) => row.split('`')[1])).toEqual([
      'images[name=example.test/checkout].newTag',
      'configMapGenerator[name=features].literals',
      'configMapGenerator[name=settings]',
      'patches[Deployment/checkout].spec.template.spec.containers[name=app].env',
      'objects/kustomization.yaml',
      'objects/one.yaml',
      'objects/zero.yaml',
      'app.conf',
    ])
    expect(rows(pull, 'Kept as it is')).toEqual([
      '| `images[name=example.test/proxy].newTag` | `p9` | `p1` |',
      '| `replicas[name=checkout].count` | – | `4` |',
      '| `patches[path=mode.yaml]` | `differs` | `differs` |',
    ])
    expect(rows(pull, 'Different and not explained')).toEqual([
      '| `namePrefix` | `dev-` | – |',
      '| `commonAnnotations.shop.example/owner` | – | `shop` |',
      '| `notes.md` | `differs` | – |',
    ])
  })
})

describe('once it is merged', () => {
  test('there is nothing left to promote', async () => {
    const { number } = await promotion()
    const merged = await lockstep.scene.ann.put(`${repository}/pulls/${number}/merge`, { merge_method: 'squash' })
    expect(merged.status).toBe(200)
    await playRound(lockstep, repository)
    await comment('/promote staging checkout')
    const { body } = await lockstep.scene.bob.get(`${repository}/issues/${talk}/comments`)
    expect(body.at(-1).body).toContain('`NOTHING_TO_PROMOTE`: Every carried field is equal already')
  })

  test('what somebody changes by hand is told by the next one that takes it back', async () => {
    const { ann } = lockstep.scene
    const path = `${STAGING}/kustomization.yaml`
    const current = (await contentOn('main', path)) ?? ''
    await commitFile(ann, repository, 'main', { path, content: current.replace('"v2"', '"v2-fix"') })
    await commitFile(ann, repository, 'main', { path: `${DEV}/kustomization.yaml`, content: dev('v3') })
    await comment('/promote staging checkout')
    const pull = await promotion()
    expect(await contentOn(pull.head.sha, path)).toBe(current.replace('"v2"', '"v3"'))
    expect(rows(pull, 'Changed here since the last promotion, and taken back by this one')).toEqual([
      expect.stringMatching(
        /^\| `images\[name=example.test\/checkout\].newTag` \| `v2` \| `v2-fix` \| changed \| `[\da-f]{12} ann /,
      ),
    ])
  })
})
