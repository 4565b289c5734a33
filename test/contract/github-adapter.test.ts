import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { Refusal } from '../../sandbox/github/switches.ts'
import { createGitHub } from '../../src/adapters/github/create-github.ts'
import { UNPACED } from '../../src/adapters/github/pacing.ts'
import type { CheckReport, GitHub, GitHubRepository, PullRequest, RepositoryRef } from '../../src/model/github.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/git-repository.ts'
import { commitFile, force, openScene, type Scene } from '../support/local-github.ts'

const run = promisify(execFile)

const { default_permissions: permissions, default_events: events } = parse(readFileSync('app.yml', 'utf8')) as {
  default_permissions: Record<string, 'read' | 'write'>
  default_events: string[]
}

/** The adapter over real sockets and real repositories, as an App with exactly what app.yml asks for. */
let scene: Scene
let github: GitHub
let installation: number
const directory = temporaryDirectory()
const files = join(directory.path, 'files')

/** A repository of its own for each test. */
let ref: RepositoryRef
let repository: GitHubRepository
let main: string
let count = 0

beforeAll(async () => {
  mkdirSync(join(files, 'apps'), { recursive: true })
  writeFileSync(join(files, 'apps', 'checkout.yaml'), 'tag: "1"\n')
  writeFileSync(join(files, 'run.sh'), '#!/bin/sh\n')
  chmodSync(join(files, 'run.sh'), 0o755)
  scene = await openScene()
  const app = { slug: 'lockstep', name: 'Lockstep', owner: 'acme', permissions, events }
  const { appId, privateKeyPem: privateKey } = scene.github.registerApp(app)
  installation = scene.github.installApp('lockstep', 'acme', 'all')
  scene.github.createTeam({ organization: 'acme', slug: 'sre', members: { bob: 'active', rita: 'pending' } })
  const { apiUrl: baseUrl } = scene.github
  github = createGitHub({ appId, privateKey, baseUrl, pacing: UNPACED, clock: hurriedClock })
})

afterAll(async () => {
  expect(scene.github.unknownRequests).toEqual([])
  await scene.close()
  directory.remove()
})

beforeEach(async () => {
  ref = { installation, owner: 'acme', name: `shop-${++count}` }
  const collaborators = { bob: 'write', rita: 'read' } as const
  await scene.github.createRepository({ owner: 'acme', name: ref.name, collaborators, from: files })
  repository = github.repository(ref)
  main = (await repository.branches.tip('main')) ?? ''
})

/** Waits a hundredth of what it is asked to. */
const hurriedClock = {
  now: () => Date.now(),
  sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds / 100)),
}

function path(rest = ''): string {
  return `/repos/acme/${ref.name}${rest}`
}

/** The work of the next such call is done, but its answer never comes. */
function loseAnswer(method: string, pattern: RegExp): void {
  scene.github.switches.refuse({ method, path: pattern, answer: 'lost' })
}

function refuseOnce(method: string, pattern: RegExp, answer: Refusal['answer']): void {
  scene.github.switches.refuse({ method, path: pattern, answer })
}

async function propose(branch = 'feature'): Promise<PullRequest> {
  await repository.branches.create(branch, main)
  const changes = [{ path: 'apps/checkout.yaml', content: `tag: "${branch}"\n` }]
  const commit = await repository.branches.commit({ branch, expectedHead: main, headline: 'Bump', changes })
  expect(commit).not.toBe('stale')
  return repository.pulls.create({ title: 'Bump', body: 'Why', head: branch, base: 'main' })
}

async function fileAt(branch: string, file: string): Promise<string> {
  const { body } = await scene.ann.get(path(`/contents/${file}?ref=${branch}`))
  return Buffer.from(body.content, 'base64').toString()
}

describe('repositories', () => {
  test('every repository of the installation is found', async () => {
    expect(await github.repositories()).toContainEqual(ref)
  })

  test('its branch and whether it is public are told', async () => {
    expect(await repository.defaultBranch()).toBe('main')
    expect(await repository.isPublic()).toBe(true)
    expect(repository.url).toBe(`${scene.github.url}/acme/${ref.name}`)
  })

  test('git can read it with what the adapter gives, and cannot push', async () => {
    const { url, authorization } = await github.gitAccess(ref)
    const clone = join(directory.path, `${ref.name}.git`)
    const git = async (...args: string[]) =>
      (await run('git', ['-c', `http.extraHeader=Authorization: ${authorization}`, ...args])).stdout
    expect(await git('ls-remote', url, 'refs/heads/main')).toContain(main)
    await git('clone', '--quiet', '--bare', url, clone)
    await expect(git('-C', clone, 'push', '--quiet', url, 'main:refs/heads/other')).rejects.toThrow()
  })
})

describe('branches and commits', () => {
  test('a branch is made once, read, and deleted however often', async () => {
    expect(await repository.branches.create('b/c', main)).toBe('created')
    expect(await repository.branches.create('b/c', main)).toBe('exists')
    expect(await repository.branches.tip('b/c')).toBe(main)
    await repository.branches.delete('b/c')
    await repository.branches.delete('b/c')
    expect(await repository.branches.tip('b/c')).toBeUndefined()
  })

  test('a commit goes onto the expected head only', async () => {
    await repository.branches.create('b', main)
    const request = { branch: 'b', expectedHead: main, headline: 'One', body: 'Trailer: 1' }
    const first = await repository.branches.commit({
      ...request,
      changes: [{ path: 'new/file.txt', content: 'äöü\n' }],
    })
    expect(first).toEqual({ sha: await repository.branches.tip('b') })
    expect(await fileAt('b', 'new/file.txt')).toBe('äöü\n')
    expect(await repository.branches.commit({ ...request, changes: [{ path: 'x', content: 'x' }] })).toBe('stale')
  })

  test('an executable file stays executable', async () => {
    await repository.branches.create('b', main)
    const changes = [
      { path: 'run.sh', content: '#!/bin/sh\necho hi\n' },
      { path: 'apps/checkout.yaml', content: null },
    ]
    const commit = await repository.branches.commit({ branch: 'b', expectedHead: main, headline: 'Run', changes })
    expect(commit).toEqual({ sha: await repository.branches.tip('b') })
    const { body } = await scene.ann.get(path('/git/trees/b?recursive=1'))
    expect(body.tree).toEqual([expect.objectContaining({ path: 'run.sh', mode: '100755' })])
    const stale = { branch: 'b', expectedHead: main, headline: 'Run', changes: [{ path: 'run.sh', content: '' }] }
    expect(await repository.branches.commit(stale)).toBe('stale')
  })

  test('a commit whose answer was lost is found, and not made twice', async () => {
    await repository.branches.create('b', main)
    loseAnswer('POST', /^\/graphql$/)
    const changes = [{ path: 'x', content: 'x' }]
    const commit = await repository.branches.commit({
      branch: 'b',
      expectedHead: main,
      headline: 'One',
      body: 'B',
      changes,
    })
    expect(commit).toEqual({ sha: await repository.branches.tip('b') })
    const { body } = await scene.ann.get(path('/commits?sha=b'))
    expect(body.map((one: { commit: { message: string } }) => one.commit.message)).toEqual([
      'One\n\nB',
      expect.anything(),
    ])
  })

  test('a branch without parents is made once', async () => {
    const files = [{ path: 'README.md', content: 'State\n' }]
    expect(await repository.branches.createOrphan('lockstep/state', 'Start', files)).toBe('created')
    expect(await repository.branches.createOrphan('lockstep/state', 'Start', files)).toBe('exists')
    const { body } = await scene.ann.get(path('/commits?sha=lockstep%2Fstate'))
    expect(body).toMatchObject([{ parents: [], commit: { message: 'Start' } }])
  })
})

describe('pull requests', () => {
  test('one is opened, adopted when it is there, edited, listed and closed', async () => {
    const opened = await propose()
    expect(opened).toMatchObject({ state: 'open', merged: false, author: { login: 'lockstep[bot]', bot: true } })
    const again = await repository.pulls.create({ title: 'Other', body: '', head: 'feature', base: 'main' })
    expect(again.number).toBe(opened.number)
    await repository.pulls.update(opened.number, { title: 'New', body: 'Because' })
    expect(await repository.pulls.get(opened.number)).toMatchObject({ title: 'New', body: 'Because' })
    expect((await repository.pulls.listOpen()).map(({ number }) => number)).toEqual([opened.number])
    await repository.pulls.update(opened.number, { state: 'closed' })
    expect(await repository.pulls.listOpen()).toEqual([])
    expect((await repository.pulls.listByHead('feature')).map(({ state }) => state)).toEqual(['closed'])
    expect(await repository.pulls.get(999)).toBeUndefined()
  })

  test('one whose answer was lost is not opened twice', async () => {
    loseAnswer('POST', /\/pulls$/)
    const opened = await propose()
    expect((await repository.pulls.listOpen()).map(({ number }) => number)).toEqual([opened.number])
  })

  test('it is opened although GitHub does not see the branch yet', async () => {
    scene.github.switches.lag.refs = 1
    try {
      expect((await propose()).state).toBe('open')
    } finally {
      scene.github.switches.lag.refs = 0
    }
  })

  test('it is merged at its head only, and its answer may be lost', async () => {
    const { number, head } = await propose()
    expect(await repository.pulls.merge(number, { sha: main })).toMatchObject({ merged: false, refusal: 'head-moved' })
    loseAnswer('PUT', /\/merge$/)
    const result = await repository.pulls.merge(number, {
      sha: head.sha,
      title: 'Bump (#1)',
      message: 'Lockstep-App: checkout',
    })
    expect(result).toEqual({ merged: true, sha: await repository.branches.tip('main') })
    expect(await repository.pulls.get(number)).toMatchObject({
      merged: true,
      mergeCommit: await repository.branches.tip('main'),
    })
    expect(await repository.pulls.merge(number, { sha: head.sha })).toMatchObject({ merged: true })
  })

  test('where a merge queue is required it is put there, once, and merged when the queue says so', async () => {
    const { number, head } = await propose()
    const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }
    const gate = { context: 'gate' }
    const rules = [
      { type: 'merge_queue', parameters: { merge_method: 'MERGE' } },
      { type: 'required_status_checks', parameters: { required_status_checks: [gate] } },
    ]
    const pass = (headSha: string) =>
      repository.checks.publish({
        name: 'gate',
        headSha,
        status: 'completed',
        conclusion: 'success',
        title: 'Fine',
        summary: 'Fine.',
      })
    await scene.ann.post(path('/rulesets'), { name: 'queue', enforcement: 'active', conditions, rules })
    expect(await repository.pulls.merge(number, { sha: head.sha })).toMatchObject({ refusal: 'blocked' })
    await pass(head.sha)
    for (const _ of [1, 2])
      expect(await repository.pulls.merge(number, { sha: head.sha })).toMatchObject({
        merged: false,
        refusal: 'queued',
      })
    const [group, ...others] = await repository.branches.list('gh-readonly-queue/main/')
    expect(others).toEqual([])
    expect(group?.name).toContain(`/pr-${number}-`)
    await pass(group?.sha ?? '')
    await eventually(async () => (await repository.pulls.get(number))?.merged)
    expect(await repository.branches.tip('main')).toBe(group?.sha)
  })

  test('a branch that a rule wants to be up to date tells that it is behind, until it is not', async () => {
    const { number, head } = await propose()
    const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }
    const parameters = { required_status_checks: [{ context: 'gate' }], strict_required_status_checks_policy: true }
    const rules = [{ type: 'required_status_checks', parameters }]
    const pass = (sha: string) => scene.bob.post(path(`/statuses/${sha}`), { state: 'success', context: 'gate' })
    await commitFile(scene.bob, path(''), 'main', { path: 'more.txt', content: 'x\n' })
    await scene.ann.post(path('/rulesets'), { name: 'strict', enforcement: 'active', conditions, rules })
    await pass(head.sha)
    expect(await repository.pulls.standing(number)).toMatchObject({ queue: 'none', behind: true })
    const { body } = await scene.bob.post(path('/merges'), { base: head.ref, head: 'main' })
    await pass(body.sha)
    expect(await repository.pulls.standing(number)).toEqual({ queue: 'none' })
  })

  test('a conflict is told as one', async () => {
    const { number, head } = await propose()
    const changes = [{ path: 'apps/checkout.yaml', content: 'tag: "other"\n' }]
    await repository.branches.commit({ branch: 'main', expectedHead: main, headline: 'Other', changes })
    await scene.ann.get(path(`/pulls/${number}`))
    expect(await repository.pulls.merge(number, { sha: head.sha })).toMatchObject({
      merged: false,
      refusal: 'conflict',
    })
  })

  test('a closed one is told as closed', async () => {
    const { number, head } = await propose()
    await repository.pulls.update(number, { state: 'closed' })
    expect(await repository.pulls.merge(number, { sha: head.sha })).toMatchObject({ merged: false, refusal: 'closed' })
  })

  test('reviews name who, what and on which commit', async () => {
    const { number, head } = await propose()
    await scene.bob.post(path(`/pulls/${number}/reviews`), { event: 'APPROVE' })
    const author = { login: 'bob', bot: false }
    expect(await repository.pulls.reviews(number)).toMatchObject([{ author, state: 'APPROVED', commit: head.sha }])
  })

  test('committers are those who wrote what it adds, the App and people, and nobody for an address of nobody', async () => {
    await repository.branches.create('feature', main)
    await repository.branches.commit({
      branch: 'feature',
      expectedHead: main,
      headline: 'By the App',
      changes: [{ path: 'a.txt', content: 'a\n' }],
    })
    const { number } = await repository.pulls.create({ title: 'T', body: 'B', head: 'feature', base: 'main' })
    expect(await repository.pulls.committers(number)).toEqual([{ login: 'lockstep[bot]', bot: true }])
    await commitFile(scene.bob, path(''), 'feature', { path: 'b.txt', content: 'b\n' })
    expect(await repository.pulls.committers(number)).toContainEqual({ login: 'bob', bot: false })
    const stranger = { name: 'Somebody', email: 'nobody@example.com' }
    await scene.bob.put(path('/contents/c.txt'), {
      message: 'C',
      branch: 'feature',
      content: Buffer.from('c\n').toString('base64'),
      author: stranger,
      committer: stranger,
    })
    expect(await repository.pulls.committers(number)).toContain(undefined)
  })

  test('a head that was moved where it did not lead tells when; a push tells nothing', async () => {
    const { number, head } = await propose()
    await commitFile(scene.bob, path(''), head.ref, { path: 'more.txt', content: 'x\n' })
    expect(await repository.pulls.forcePushes(number)).toEqual([])
    await force(scene.bob, path(''), head.ref, head.sha)
    expect(await repository.pulls.forcePushes(number)).toEqual([expect.stringMatching(/^\d{4}-.*Z$/)])
  })
})

describe('what is reported on a commit', () => {
  test('runs and statuses of everybody, the newest of each, running ones without a conclusion', async () => {
    const gate = { name: 'lockstep/gate', headSha: main, title: 'T', summary: 'S' }
    await repository.checks.publish({ ...gate, status: 'completed', conclusion: 'failure' })
    await repository.checks.publish({ ...gate, title: 'Now', status: 'completed', conclusion: 'success' })
    await repository.checks.publish({ ...gate, name: 'lockstep/slow', status: 'in_progress' })
    await scene.bob.post(path(`/statuses/${main}`), { state: 'failure', context: 'ci/build' })
    await scene.bob.post(path(`/statuses/${main}`), { state: 'success', context: 'ci/build' })
    await scene.bob.post(path(`/statuses/${main}`), { state: 'pending', context: 'ci/test' })
    const reported = await repository.checks.reported(main)
    expect(reported.map(({ name, conclusion }) => [name, conclusion]).toSorted()).toEqual([
      ['ci/build', 'success'],
      ['ci/test', undefined],
      ['lockstep/gate', 'success'],
      ['lockstep/slow', undefined],
    ])
  })
})

describe('comments', () => {
  test('one a topic, edited in place, however its answer fares', async () => {
    const { number } = await propose()
    loseAnswer('POST', /\/comments$/)
    await repository.comments.ensure(number, 'preview', 'first')
    await repository.comments.ensure(number, 'preview', 'second')
    await repository.comments.ensure(number, 'preview', 'second')
    const comments = await repository.comments.list(number)
    expect(comments).toMatchObject([
      { ours: true, onPullRequest: true, number, body: '<!-- lockstep:preview -->\nsecond' },
    ])
  })

  test('a marker somebody else wrote is not ours', async () => {
    const { number } = await propose()
    await scene.eve.post(path(`/issues/${number}/comments`), { body: '<!-- lockstep:preview -->\nmine' })
    await repository.comments.ensure(number, 'preview', 'ours')
    expect((await repository.comments.list(number)).map(({ ours }) => ours)).toEqual([false, true])
  })

  test('are found since a time, answered, and reacted to', async () => {
    const { number } = await propose()
    const { body } = await scene.bob.post(path(`/issues/${number}/comments`), { body: '/promote' })
    await repository.comments.react(body.id, 'eyes')
    await repository.comments.react(body.id, 'eyes')
    expect(await repository.comments.ownReactions(body.id)).toEqual(['eyes'])
    await repository.comments.create(number, 'Done')
    const found = await repository.comments.listSince('2020-01-01T00:00:00Z')
    expect(found.map(({ body: text, ours }) => ({ text, ours }))).toEqual([
      { text: '/promote', ours: false },
      { text: 'Done', ours: true },
    ])
  })
})

describe('checks', () => {
  const report = (change: Partial<CheckReport>): CheckReport => ({
    name: 'lockstep/gate',
    headSha: main,
    status: 'completed',
    conclusion: 'failure',
    title: 'Blocked',
    summary: 'Because.',
    ...change,
  })

  async function runs(): Promise<
    { status: string; conclusion: string | null; output: { annotations_count: number } }[]
  > {
    const { body } = await scene.ann.get(path(`/commits/${main}/check-runs?filter=all`))
    return body.check_runs
  }

  test('a run is finished in place, never reopened, and not said twice', async () => {
    await repository.checks.publish(report({ status: 'in_progress' }))
    await repository.checks.publish(report({}))
    await repository.checks.publish(report({}))
    expect(await runs()).toHaveLength(1)
    await repository.checks.publish(report({ conclusion: 'success', title: 'Open' }))
    expect(await runs()).toHaveLength(2)
    expect(await repository.checks.list(main)).toMatchObject([{ conclusion: 'success', title: 'Open' }])
  })

  test('a run whose answer was lost is not made twice', async () => {
    loseAnswer('POST', /\/check-runs$/)
    await repository.checks.publish(report({}))
    expect(await runs()).toHaveLength(1)
  })

  test('all annotations arrive', async () => {
    const annotations = Array.from({ length: 60 }, (_, index) => ({
      path: 'apps/checkout.yaml',
      startLine: index + 1,
      endLine: index + 1,
      level: 'notice' as const,
      message: 'Look',
    }))
    await repository.checks.publish(report({ annotations }))
    await repository.checks.publish(report({ annotations }))
    expect((await runs()).map(({ output }) => output.annotations_count)).toEqual([60])
  })
})

describe('people', () => {
  test.each([
    ['ann', 'admin'],
    ['bob', 'write'],
    ['rita', 'read'],
    ['lockstep[bot]', 'none'],
    ['nobody-at-all', 'none'],
  ])('%s has permission %s', async (login, permission) => {
    expect(await repository.people.permission(login)).toBe(permission)
  })

  test('a stranger cannot write', async () => {
    expect(['read', 'none']).toContain(await repository.people.permission('eve'))
  })

  test.each([
    ['bob', true],
    ['rita', false],
    ['eve', false],
  ])('%s is a member of the team: %s', async (login, member) => {
    expect(await repository.people.isTeamMember('acme/sre', login)).toBe(member)
  })
})

test('a deployment is recorded once, with its states in order', async () => {
  const report = { environment: 'prod', application: 'checkout', sha: main, description: 'Applying' }
  loseAnswer('POST', /\/deployments$/)
  await repository.deployments.record({ ...report, state: 'in_progress' })
  await repository.deployments.record({ ...report, state: 'success', description: 'Healthy' })
  await repository.deployments.record({ ...report, state: 'success', description: 'Healthy' })
  const { body: deployments } = await scene.ann.get(path('/deployments'))
  expect(deployments).toMatchObject([{ environment: 'prod', task: 'lockstep:checkout', sha: main }])
  const { body: statuses } = await scene.ann.get(path(`/deployments/${deployments[0].id}/statuses`))
  expect(statuses.map(({ state }: { state: string }) => state)).toEqual(['success', 'in_progress'])
})

test('the deployment of an earlier revision is inactive once a later one succeeds', async () => {
  const report = { environment: 'eu', application: 'checkout', state: 'success', description: 'Healthy' } as const
  await repository.deployments.record({ ...report, sha: main })
  const next = await commitFile(scene.bob, path(''), 'main', { path: 'next.txt', content: 'next' })
  await repository.deployments.record({ ...report, application: 'cart', sha: main })
  await repository.deployments.record({ ...report, sha: next })
  const { body: deployments } = await scene.ann.get(path('/deployments?environment=eu'))
  const states = deployments.map(async ({ id, task, sha }: { id: number; task: string; sha: string }) => {
    const { body } = await scene.ann.get(path(`/deployments/${id}/statuses`))
    return [task, sha === next, body[0].state]
  })
  expect((await Promise.all(states)).sort()).toEqual([
    ['lockstep:cart', false, 'success'],
    ['lockstep:checkout', false, 'inactive'],
    ['lockstep:checkout', true, 'success'],
  ])
})

describe('when GitHub is unwilling', () => {
  test('a secondary limit is waited for', async () => {
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
    refuseOnce('POST', /\/git\/refs$/, { status: 403, body: { message }, headers: { 'retry-after': '1' } })
    expect(await repository.branches.create('b', main)).toBe('created')
  })

  test('a broken connection is tried again', async () => {
    refuseOnce('POST', /\/git\/refs$/, 'reset')
    expect(await repository.branches.create('b', main)).toBe('created')
  })

  test('a fresh token that GitHub does not know yet is tried again', async () => {
    scene.github.switches.lag.tokens = 1
    try {
      const other = scene.github.registerApp({
        slug: `late-${count}`,
        name: 'Late',
        owner: 'acme',
        permissions,
        events,
      })
      const installed = scene.github.installApp(`late-${count}`, 'acme', 'all')
      const { apiUrl: baseUrl } = scene.github
      const late = createGitHub({ appId: other.appId, privateKey: other.privateKeyPem, baseUrl })
      expect(await late.repository({ ...ref, installation: installed }).defaultBranch()).toBe('main')
    } finally {
      scene.github.switches.lag.tokens = 0
    }
  })

  test('a permission the App lacks is named', async () => {
    const less = { ...permissions, checks: 'read' } as const
    const other = scene.github.registerApp({ slug: 'reader', name: 'Reader', owner: 'acme', permissions: less, events })
    const installed = scene.github.installApp('reader', 'acme', 'all')
    const { apiUrl: baseUrl } = scene.github
    const reader = createGitHub({ appId: other.appId, privateKey: other.privateKeyPem, baseUrl, pacing: UNPACED })
    const publish = reader.repository({ ...ref, installation: installed }).checks.publish({
      name: 'lockstep/gate',
      headSha: main,
      status: 'queued',
      title: 'T',
      summary: '',
    })
    await expect(publish).rejects.toMatchObject({
      code: 'GITHUB_PERMISSION',
      message: expect.stringContaining('checks: write'),
    })
  })

  test('a suspended installation is left out, and says so when asked', async () => {
    scene.github.suspend(installation)
    try {
      expect(await github.repositories()).toEqual([])
    } finally {
      scene.github.unsuspend(installation)
    }
    expect(await github.repositories()).toContainEqual(ref)
  })
})
