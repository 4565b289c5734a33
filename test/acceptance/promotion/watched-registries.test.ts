import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type ImageRegistrySite, startImageRegistry } from '../../support/image-registry.ts'
import { type Body, commitFile, tipOf } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'

const DEV = 'apps/checkout/overlays/dev/kustomization.yaml'
const BRANCH = 'lockstep/bump/checkout'
const PASSWORD = 'a-password-of-the-registry'

let registry: ImageRegistrySite
let lockstep: LockstepScene
beforeAll(async () => {
  registry = await startImageRegistry()
  registry.credentials = `robot:${PASSWORD}`
  process.env.TEST_REGISTRY_USER = 'robot'
  process.env.TEST_REGISTRY_PASSWORD = PASSWORD
  const credentials = { usernameEnv: 'TEST_REGISTRY_USER', passwordEnv: 'TEST_REGISTRY_PASSWORD' }
  lockstep = await openLockstep({ registries: [{ host: registry.host, hosts: [], intervalMs: 0, ...credentials }] })
})
afterAll(async () => {
  expect(JSON.stringify(lockstep.logged)).not.toContain(PASSWORD)
  await lockstep.close()
  await registry.stop()
})

let image: string
let files: Record<string, string>
let repository: string
let made = 0
beforeEach(async () => {
  made += 1
  image = `shop/checkout-${made}`
  for (const tag of ['1.1.0', '1.2.0', 'latest']) registry.push(image, tag)
  files = filesWith(`{ image: ${registry.host}/${image}, policy: { semver: "<2" } }`)
  repository = await lockstep.repository({ from: [{ message: 'Begin', files }] })
})
afterEach(() => lockstep.retire(repository))

const overlay = (tag: string) =>
  `# Keep this\nresources: [../../base]\nimages:\n- name: ${registry.host}/${image}\n  newTag: "${tag}"   # by hand, once\n`

function filesWith(watch: string): Record<string, string> {
  return {
    '.lockstep.yaml': `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: prod, cluster: prod, after: [dev] }
versions:
  - ${watch}
`,
    'apps/checkout/base/kustomization.yaml': 'resources: []\n',
    [DEV]: overlay('1.2.0'),
    'apps/checkout/overlays/prod/kustomization.yaml': overlay('1.1.0'),
    'apps/search/overlays/dev/kustomization.yaml': 'resources: []\n',
  }
}

const pulls = async (state = 'open'): Promise<Body[]> =>
  (await lockstep.scene.ann.get(`${repository}/pulls?state=${state}`)).body
const head = () => tipOf(lockstep.scene.ann, repository, BRANCH)
const devOn = async (branch: string) => {
  const { body } = await lockstep.scene.ann.get(`${repository}/contents/${DEV}?ref=${branch}`)
  return Buffer.from(body.content, 'base64').toString()
}
const told = (from: number) => lockstep.logged.slice(from).filter(({ job }) => job?.startsWith('versions-'))

describe('a tag that appears in a watched registry', () => {
  test('becomes one pull request into the first environment that changes the tag alone', async () => {
    registry.push(image, '1.10.0')
    registry.push(image, '1.9.0')
    registry.push(image, '2.0.0')
    await lockstep.sweep()
    const [pull, ...others] = await pulls()
    expect(others).toEqual([])
    expect(pull).toMatchObject({
      title: 'Bump checkout to 1.10.0 in dev',
      head: { ref: BRANCH },
      base: { ref: 'main' },
    })
    const { body: changed } = await lockstep.scene.ann.get(`${repository}/pulls/${pull.number}/files`)
    expect(changed.map(({ filename }: Body) => filename)).toEqual([DEV])
    expect(await devOn(BRANCH)).toBe(overlay('1.2.0').replace('1.2.0', '1.10.0'))
  })

  test('takes the place of an older one in the same pull request', async () => {
    registry.push(image, '1.3.0')
    await lockstep.sweep()
    registry.push(image, '1.4.0')
    await lockstep.sweep()
    const [pull, ...others] = await pulls()
    expect([others, pull.number, pull.title]).toEqual([[], 1, 'Bump checkout to 1.4.0 in dev'])
    expect(await devOn(BRANCH)).toBe(overlay('1.4.0'))
  })

  test('is proposed again only where it is newer than what a person closed', async () => {
    registry.push(image, '1.3.0')
    await lockstep.sweep()
    await lockstep.scene.bob.patch(`${repository}/pulls/1`, { state: 'closed' })
    await lockstep.sweep()
    expect(await pulls()).toEqual([])
    registry.push(image, '1.4.0')
    await lockstep.sweep()
    expect((await pulls()).map(({ number, title }) => [number, title])).toEqual([[2, 'Bump checkout to 1.4.0 in dev']])
  })
})

describe('nothing new', () => {
  test.each([
    ['in the registry', async () => undefined],
    [
      'since it was proposed',
      async () => {
        registry.push(image, '1.3.0')
        await lockstep.sweep()
      },
    ],
  ])('%s costs conditional requests alone, and writes nothing', async (_where, before) => {
    await before()
    await lockstep.sweep()
    const [asked, written] = [registry.answered.length, lockstep.written.length]
    await lockstep.sweep()
    await lockstep.sweep()
    expect(registry.answered.slice(asked)).toEqual(Array(2).fill(`GET /v2/${image}/tags/list 304`))
    expect(lockstep.written.slice(written)).toEqual([])
  })
})

describe('what a person did on the branch is never overwritten', () => {
  beforeEach(async () => {
    registry.push(image, '1.3.0')
    await lockstep.sweep()
  })

  async function newerComes(): Promise<void> {
    registry.push(image, '1.4.0')
    const from = lockstep.logged.length
    await lockstep.sweep()
    expect(told(from).map(({ code }) => code)).toEqual(['BRANCH_EDITED'])
  }

  test('a commit on top', async () => {
    const own = await commitFile(lockstep.scene.bob, repository, BRANCH, { path: 'notes.md', content: 'mine\n' })
    await newerComes()
    expect(await head()).toBe(own)
  })

  test('an amended commit that says what it said before', async () => {
    const { bob } = lockstep.scene
    const { body: ours } = await bob.get(`${repository}/git/commits/${await head()}`)
    const content = overlay('1.3.0').replace('# Keep this', '# Mine')
    const entry = { path: DEV, mode: '100644', type: 'blob', content }
    const { body: tree } = await bob.post(`${repository}/git/trees`, { base_tree: ours.tree.sha, tree: [entry] })
    const commit = { message: ours.message, tree: tree.sha, parents: ours.parents.map(({ sha }: Body) => sha) }
    const { body: amended } = await bob.post(`${repository}/git/commits`, commit)
    await bob.patch(`${repository}/git/refs/heads/${BRANCH}`, { sha: amended.sha, force: true })
    await newerComes()
    expect(await head()).toBe(amended.sha)
  })

  test('a branch without a pull request whose commits are nowhere else', async () => {
    const { bob } = lockstep.scene
    await bob.patch(`${repository}/pulls/1`, { state: 'closed' })
    const own = await commitFile(bob, repository, BRANCH, { path: 'notes.md', content: 'mine\n' })
    await newerComes()
    expect(await head()).toBe(own)
  })

  test('but what GitHub merges into it by "Update branch" is nobody’s work', async () => {
    const { bob } = lockstep.scene
    await commitFile(bob, repository, 'main', { path: 'README.md', content: 'other\n' })
    const { status } = await bob.post(`${repository}/merges`, { base: BRANCH, head: 'main' })
    expect(status).toBe(201)
    registry.push(image, '1.4.0')
    await lockstep.sweep()
    expect(await devOn(BRANCH)).toBe(overlay('1.4.0'))
    expect((await pulls()).map(({ title }) => title)).toEqual(['Bump checkout to 1.4.0 in dev'])
  })
})

describe('what is wrong is told once a look', () => {
  test('and keeps nothing else from going on', async () => {
    const entry = `{ image: ${registry.host}/none, apps: [search], policy: { semver: "1" } }`
    const content = `${files['.lockstep.yaml']}  - ${entry}\n`
    await commitFile(lockstep.scene.ann, repository, 'main', { path: '.lockstep.yaml', content })
    registry.push(image, '1.3.0')
    const from = lockstep.logged.length
    await lockstep.sweep()
    expect(told(from).map(({ code }) => code)).toEqual(['IMAGE_UNKNOWN', 'BUMP_OPENED'])
  })

  test('a registry that the operator does not list is asked for nothing', async () => {
    const content = `${filesWith('{ image: 127.0.0.1:1/shop/web, policy: { semver: "1" } }')['.lockstep.yaml']}`
    const using = overlay('1.2.0').replace(`${registry.host}/${image}`, '127.0.0.1:1/shop/web')
    await commitFile(lockstep.scene.ann, repository, 'main', { path: DEV, content: using })
    await commitFile(lockstep.scene.ann, repository, 'main', { path: '.lockstep.yaml', content })
    const from = lockstep.logged.length
    await lockstep.sweep()
    expect(told(from).map((line) => line.code)).toEqual(['REGISTRY_NOT_ALLOWED'])
    expect(await pulls('all')).toEqual([])
  })
})

test('an image that is pinned to a digest gets the digest with its tag, and the new one where the tag moves', async () => {
  const old = registry.push(image, '1.2.0')
  const pinned = `${overlay('1.2.0')}  digest: ${old}\n`
  await commitFile(lockstep.scene.ann, repository, 'main', { path: DEV, content: pinned })
  await lockstep.sweep()
  expect(await pulls('all')).toEqual([])
  const moved = registry.push(image, '1.2.0')
  await lockstep.sweep()
  expect(await devOn(BRANCH)).toBe(pinned.replace(old, moved))
  const newer = registry.push(image, '1.3.0')
  await lockstep.sweep()
  expect(await devOn(BRANCH)).toBe(`${overlay('1.3.0')}  digest: ${newer}\n`)
  expect(await pulls('all')).toHaveLength(1)
})
