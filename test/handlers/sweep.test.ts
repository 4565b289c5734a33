import { expect, test } from '@jest/globals'
import { holdsCommand } from '../../src/handlers/command-comment.ts'
import { sweep } from '../../src/handlers/sweep.ts'
import type { Comment, GitHub, Reaction, RepositoryRef } from '../../src/model/github.ts'
import type { Job } from '../../src/model/job.ts'

const NOW = new Date('2026-05-02T12:00:00Z')
const shop: RepositoryRef = { installation: 1, owner: 'acme', name: 'shop' }
const other: RepositoryRef = { installation: 2, owner: 'acme', name: 'other' }

interface World {
  readonly pulls?: readonly number[]
  readonly groups?: number
  readonly comments?: readonly Comment[]
  readonly reactions?: Readonly<Record<number, readonly Reaction[]>>
  readonly failing?: RepositoryRef
}

function comment(id: number, change: Partial<Comment> = {}): Comment {
  const at = '2026-05-02T11:00:00Z'
  const author = { login: 'ana', bot: false }
  return {
    id,
    number: 7,
    author,
    body: '/promote',
    createdAt: at,
    updatedAt: at,
    ours: false,
    onPullRequest: true,
    ...change,
  }
}

async function jobsOf(world: World, repositories: readonly RepositoryRef[] = [shop]) {
  const jobs: Job[] = []
  const failures: RepositoryRef[] = []
  const asked: string[] = []
  const github = {
    repositories: async () => repositories,
    redeliverFailed: async () => 3,
    repository: (ref: RepositoryRef) => ({
      pulls: {
        listOpen: async () => {
          if (ref === world.failing) throw new Error('GitHub does not answer')
          return (world.pulls ?? []).map((number) => ({ number, head: { sha: 'a' }, base: { ref: 'main' } }))
        },
      },
      branches: {
        list: async (prefix: string) => [{ name: `${prefix}main/pr-3-b`, sha: 'c' }].slice(0, world.groups ?? 0),
      },
      comments: {
        listSince: async (since: string) => {
          asked.push(since)
          return world.comments ?? []
        },
        ownReactions: async (id: number) => world.reactions?.[id] ?? [],
      },
    }),
  } as unknown as GitHub
  const found = await sweep({
    github,
    queue: { add: async (job) => void jobs.push(job) },
    looksLikeCommand: holdsCommand,
    clock: () => NOW,
    onFailure: (ref) => failures.push(ref),
  })
  return {
    jobs,
    failures,
    found,
    asked,
    commands: jobs.flatMap((job) => (job.kind === 'command' ? [job.comment.id] : [])),
  }
}

test('looks at the default branch, the promotions, new versions, every open pull request and every merge group of each repository', async () => {
  const { jobs, found } = await jobsOf({ pulls: [3, 9], groups: 1 })
  expect(jobs).toEqual([
    { kind: 'dispatch', repository: shop },
    { kind: 'promotions', repository: shop },
    { kind: 'versions', repository: shop },
    { kind: 'preview', repository: shop, number: 3, seen: 'a main' },
    { kind: 'preview', repository: shop, number: 9, seen: 'a main' },
    { kind: 'group', repository: shop, branch: 'gh-readonly-queue/main/pr-3-b', headSha: 'c' },
  ])
  expect(found).toEqual({ repositories: 1, redelivered: 3 })
})

test.each<[what: string, change: Partial<Comment>, reactions: readonly Reaction[], swept: boolean]>([
  ['a command nobody answered', {}, [], true],
  ['one that was accepted and never finished', {}, ['eyes'], true],
  ['one that was done', {}, ['eyes', 'rocket'], false],
  ['one that was refused', {}, ['eyes', '-1'], false],
  ['talk', { body: 'looks good' }, [], false],
  ['a command inside a fence', { body: '```\n/promote\n```' }, [], false],
  ['a comment on an issue', { onPullRequest: false }, [], false],
  ['a bot', { author: { login: 'x[bot]', bot: true } }, [], false],
  ['an edited comment', { updatedAt: '2026-05-02T11:30:00Z' }, [], false],
  ['an old comment that was only touched lately', { createdAt: '2026-04-20T11:00:00Z' }, [], false],
])('%s', async (_what, change, reactions, swept) => {
  const { commands, asked } = await jobsOf({ comments: [comment(5, change)], reactions: { 5: reactions } })
  expect(commands).toEqual(swept ? [5] : [])
  expect(asked).toEqual(['2026-05-01T12:00:00.000Z'])
})

test('a repository that fails is told and does not keep the sweep from the others', async () => {
  const { jobs, failures } = await jobsOf({ pulls: [1], failing: shop }, [shop, other])
  expect(failures).toEqual([shop])
  expect(jobs).toContainEqual({ kind: 'preview', repository: other, number: 1, seen: 'a main' })
})
