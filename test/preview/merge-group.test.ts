import { describe, expect, test } from '@jest/globals'
import { parseQueueBranch } from '../../src/model/queue-branch.ts'
import { groupContents } from '../../src/preview/group-contents.ts'
import { type GroupRequest, previewMergeGroup } from '../../src/preview/preview-merge-group.ts'
import { MemoryGit } from '../support/memory-git.ts'
import { pullRequest } from '../support/memory-repository.ts'
import { BASE, deploymentText, HEAD, previewWorld, SCALED, shopFiles, targetStatus } from '../support/preview-world.ts'

const DEV = 'apps/checkout/overlays/dev/deployment.yaml'
const BRANCH = `gh-readonly-queue/main/pr-7-${BASE}`
const signal = new AbortController().signal

/** The queue has put #7 on top of `main`. */
function queued(change: Readonly<Record<string, string>> = { [DEV]: deploymentText('checkout', 5) }) {
  const world = previewWorld(change)
  world.mirror.commit(HEAD, shopFiles(change), BRANCH)
  Object.assign(world.ports.mirror, {
    log: async () => [
      { sha: HEAD, parents: [BASE], subject: 'Merge pull request #7 from acme/topic' },
      { sha: BASE, parents: [], subject: 'Begin' },
    ],
    isAncestor: async (sha: string) => sha === BASE,
  })
  const run = (more: Partial<GroupRequest> = {}) =>
    previewMergeGroup(world.ports, { branch: BRANCH, headSha: HEAD, baseSha: BASE, ...more }, signal)
  return { ...world, run, gate: () => world.repository.check('lockstep/gate') }
}

describe('the name of a merge queue’s branch', () => {
  test.each<[name: string, expected: ReturnType<typeof parseQueueBranch>]>([
    [`gh-readonly-queue/main/pr-104-${'a'.repeat(40)}`, { base: 'main', pullRequest: 104 }],
    [`gh-readonly-queue/release/1.2/pr-7-${'b'.repeat(64)}`, { base: 'release/1.2', pullRequest: 7 }],
    [
      `gh-readonly-queue/pr-1-${'a'.repeat(40)}/pr-2-${'b'.repeat(40)}`,
      { base: `pr-1-${'a'.repeat(40)}`, pullRequest: 2 },
    ],
    ['gh-readonly-queue/main/group-3', undefined],
    [`gh-readonly-queue/main/pr-0-${'a'.repeat(40)}`, undefined],
    [`main/pr-7-${'a'.repeat(40)}`, undefined],
  ])('%s', (name, expected) => {
    expect(parseQueueBranch(name)).toEqual(expected)
  })
})

describe('what a merge group holds', () => {
  const queue = { base: 'main', pullRequest: 9 }

  /** `main` with one commit, and on top of it one commit for each subject. */
  function group(...subjects: string[]) {
    const git = new MemoryGit()
    const base = git.commitOn('main', 'Begin', [])
    git.refs.set('group', base)
    const shas = subjects.map((subject) => git.commitOn('group', subject, []))
    return { mirror: git.mirror(), base, shas, head: shas.at(-1) ?? base }
  }

  test.each<[how: string, subjects: string[], pullRequests: number[]]>([
    ['merged', ['Merge pull request #4 from acme/a', 'Merge pull request #9 from acme/b'], [9, 4]],
    ['squashed', ['Scale (#4)', 'Scale again (#9)'], [9, 4]],
    ['rebased: only the last is known', ['Scale', 'Scale again'], [9]],
  ])('%s', async (_how, subjects, pullRequests) => {
    const { mirror, base, head } = group(...subjects)
    expect(await groupContents(mirror, { head, base: undefined, queue })).toEqual({ base, pullRequests })
  })

  test('begins where the queue said it built on', async () => {
    const { mirror, shas, head } = group('Merge pull request #4 from acme/a', 'Merge pull request #9 from acme/b')
    expect(await groupContents(mirror, { head, base: shas[0], queue })).toEqual({ base: shas[0], pullRequests: [9] })
  })
})

describe('the commit that a merge queue built', () => {
  test('gets a gate and a check of each environment, and no comment', async () => {
    const world = queued()
    expect(await world.run()).toMatchObject({ decision: 'done', code: 'MERGE_GROUP_JUDGED' })
    expect(world.repository.newest().map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['lockstep/render/dev', 'success'],
      ['lockstep/gate', 'success'],
    ])
    expect(world.repository.written).toEqual([])
  })

  test('is red where it does not render', async () => {
    const world = queued({ [DEV]: 'BROKEN' })
    await world.run()
    expect(world.gate()).toMatchObject({ conclusion: 'failure' })
  })

  test('is held to the gates of the promotions in it, and to drift', async () => {
    const world = queued()
    const message = 'Soaks for another 4 minutes'
    world.promotion.push({ code: 'SOAK_WAITS', verdict: 'waits', message, environment: 'dev' })
    await world.run()
    expect(world.gate()).toMatchObject({ conclusion: 'action_required' })
    expect(world.gate()?.title).toContain(`#7: ${message}`)
    const drifted = queued({ 'apps/checkout/overlays/prod/deployment.yaml': deploymentText('checkout', 5) })
    await drifted.run()
    expect(drifted.gate()?.title).toContain('Cluster facts unknown in prod')
  })

  test('is read from git when nobody says what it was built on', async () => {
    const { run, gate } = queued()
    await run({ baseSha: 'f'.repeat(40) })
    expect(gate()).toMatchObject({ conclusion: 'success' })
  })

  test.each([
    ['shows live values', false],
    ['counts them only where a fork is in it', true],
  ])('%s', async (_what, fork) => {
    const world = queued({ 'apps/checkout/overlays/prod/deployment.yaml': deploymentText('checkout', 5) })
    world.repository.pullRequests[0] = pullRequest({ head: { ref: 'topic', sha: 'd'.repeat(40), fork } })
    world.statuses.push(targetStatus('checkout', 'prod', { drift: [SCALED] }))
    await world.run()
    expect(world.gate()?.title.includes('live 8')).toBe(!fork)
    expect(world.gate()?.title).toContain('Drift in prod')
  })

  test('of a branch whose name is not understood is red and says so', async () => {
    const world = queued()
    expect(await world.run({ branch: 'gh-readonly-queue/main/group-3' })).toMatchObject({
      decision: 'failed',
      code: 'MERGE_GROUP_UNKNOWN',
    })
    expect(world.gate()).toMatchObject({ conclusion: 'failure', title: expect.stringContaining('group-3') })
  })

  test('that the queue gave up meanwhile has its gate finished, and nothing else', async () => {
    const world = queued()
    world.mirror.refs.delete(BRANCH)
    expect(await world.run()).toMatchObject({ code: 'MERGE_GROUP_GONE' })
    expect(world.repository.newest().map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['lockstep/gate', 'cancelled'],
    ])
  })

  test('that the queue gave up before anybody looked is left alone', async () => {
    const world = queued()
    expect(await world.run({ destroyed: true })).toMatchObject({ code: 'MERGE_GROUP_GONE' })
    expect(world.repository.runs).toEqual([])
  })

  test('has its gate finished when Lockstep fails, which is then tried again', async () => {
    const world = queued({ [DEV]: 'UNREACHABLE' })
    await expect(world.run()).rejects.toThrow('KUSTOMIZE_MISSING')
    expect(world.gate()).toMatchObject({ status: 'completed', conclusion: 'failure' })
  })

  test('says nothing twice', async () => {
    const world = queued()
    await world.run()
    const { length } = world.repository.runs
    await world.run()
    expect(world.repository.runs).toHaveLength(length)
  })
})
