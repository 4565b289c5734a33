import { expect, test } from '@jest/globals'
import { LockstepError } from '../../../src/model/errors.ts'
import type { Comment } from '../../../src/model/github.ts'
import type { CommandJob } from '../../../src/model/job.ts'
import { handleCommand } from '../../../src/promotion/commands/handle-command.ts'
import { MOST_BY_PERSON, MOST_IN_REPOSITORY } from '../../../src/promotion/commands/rate-limit.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import { APP, PromotionWorld } from '../../support/promotion-world.ts'

/** What happened until the command was taken up. */
interface Situation {
  readonly by?: string
  readonly body?: string
  /** Before the comment is written. */
  readonly before?: (made: PromotionWorld) => unknown
  /** Between the comment and its turn. */
  readonly meanwhile?: (made: PromotionWorld, job: CommandJob) => unknown
  readonly job?: Partial<CommandJob>
}

const DONE = ['eyes', 'rocket']
const REFUSED = ['eyes', '-1']
const UNANSWERED = ['-1']
const CONFUSED = ['eyes', 'confused']
const SECOND = 1000
const GONE = { code: 'GITHUB_UNAVAILABLE', message: 'away', remedy: 'Wait.' }
const AWAY = { kind: 'unreachable' } as const

/** With the promotion of checkout to staging open as #1 and its gate green; only `release` commands staging, and ana is in it. */
async function world(): Promise<PromotionWorld> {
  const made = new PromotionWorld(['v2', 'v1', 'v1'])
  made.teams['acme/release'] = ['ana', 'bob', 'eve']
  command(made, 'acme/release')
  await made.settle()
  await advancePromotions(made.ports())
  made.greenGates()
  made.jobs.length = 0
  return made
}

function command(made: PromotionWorld, team: string): void {
  const environments = made.config.environments.map((each) =>
    each.name === 'staging' ? { ...each, commands: { teams: [team] } } : each,
  )
  made.config = { ...made.config, environments }
}

function comment(made: PromotionWorld, { comment: { id } }: CommandJob, change: Partial<Comment>): void {
  const index = made.comments.findIndex((each) => each.id === id)
  const found = made.comments[index]
  if (found) made.comments[index] = { ...found, ...change }
}

const headOf = (made: PromotionWorld) => made.pulls[0]?.head ?? { ref: '', sha: '', fork: false }
const at = (made: PromotionWorld, later = 0) => new Date(made.now + later).toISOString()
const forcePush = (made: PromotionWorld, later: number) => made.forcePushes.push(at(made, later))
const push = (made: PromotionWorld) => made.git.commitOn(headOf(made).ref, 'more', [{ path: 'x', content: 'x' }])
const gate = (made: PromotionWorld, later: number) => {
  made.openPulls()
  made.gate(headOf(made).sha, 'success', at(made, later))
}
const busy = (made: PromotionWorld, login: string, count: number) => {
  for (let i = 0; i < count; i++) made.say(1, login, '/why')
}

test.each<[what: string, situation: Situation, code: string, reactions: string[]]>([
  // Who wrote it.
  ['a bot', { by: 'helper[bot]' }, 'COMMENT_FROM_BOT', []],
  ['Lockstep itself', { by: APP }, 'COMMENT_FROM_BOT', []],
  ['a stranger', { by: 'mallory' }, 'NOT_PERMITTED', UNANSWERED],
  ['a reader', { by: 'eve' }, 'NOT_PERMITTED', REFUSED],
  [
    'a reader of a public repository',
    { by: 'eve', before: (made) => Object.assign(made, { isPublic: true }) },
    'NOT_PERMITTED',
    UNANSWERED,
  ],
  [
    'a writer whose access was taken before the turn came',
    { meanwhile: (made) => Object.assign(made.permissions, { ana: 'read' }) },
    'NOT_PERMITTED',
    REFUSED,
  ],
  [
    'a collaborator who was removed before the turn came',
    { meanwhile: (made) => delete made.permissions.ana },
    'NOT_PERMITTED',
    UNANSWERED,
  ],
  ['a writer who is in no team of the environment', { by: 'carl' }, 'NOT_IN_TEAM', REFUSED],
  [
    'a member whose membership was revoked before the turn came',
    { meanwhile: (made) => made.teams['acme/release']?.shift() },
    'NOT_IN_TEAM',
    REFUSED,
  ],
  [
    'a member of the team that the base branch named when it was written, and names no more',
    { meanwhile: (made) => command(made, 'acme/sre') },
    'NOT_IN_TEAM',
    REFUSED,
  ],
  ['an admin outside of the team', { by: 'root' }, 'NOT_IN_TEAM', REFUSED],
  // What became of the comment.
  ['an edit that makes it a command', { job: { edited: true } }, 'COMMENT_EDITED', UNANSWERED],
  [
    'an edit before its turn came',
    { meanwhile: (made, job) => comment(made, job, { updatedAt: at(made, SECOND) }) },
    'COMMENT_EDITED',
    UNANSWERED,
  ],
  [
    'an edit within its second',
    { meanwhile: (made, job) => comment(made, job, { body: '/promote staging' }) },
    'COMMENT_EDITED',
    UNANSWERED,
  ],
  ['a comment that is deleted', { meanwhile: (made) => made.comments.pop() }, 'COMMENT_EDITED', []],
  [
    'a comment that turns out to be of somebody else',
    { meanwhile: (made, job) => comment(made, job, { author: { login: 'eve', bot: false } }) },
    'COMMENT_EDITED',
    [],
  ],
  // Where it stands.
  [
    'a pull request from a fork',
    { before: (made) => made.change(1, { head: { ...headOf(made), fork: true } }) },
    'COMMAND_ON_FORK',
    REFUSED,
  ],
  ['a closed promotion', { before: (made) => made.change(1, { state: 'closed' }) }, 'PULL_REQUEST_CLOSED', REFUSED],
  [
    'a plain issue',
    { job: { number: 7 }, meanwhile: (made, job) => comment(made, job, { number: 7 }) },
    'COMMAND_ON_ISSUE',
    UNANSWERED,
  ],
  // Which head it means.
  ['a head whose plan was never posted', { before: (made) => made.runs.splice(0) }, 'PLAN_NOT_POSTED', REFUSED],
  [
    'a plan that is still made',
    {
      before: (made) => made.runs.splice(0, 9, ...made.runs.map((run) => ({ ...run, status: 'in_progress' as const }))),
    },
    'PLAN_NOT_POSTED',
    REFUSED,
  ],
  ['a push before its turn came', { meanwhile: push }, 'PLAN_NOT_POSTED', REFUSED],
  [
    'a push whose plan was posted before its turn came',
    { meanwhile: (made) => [push(made), gate(made, SECOND)] },
    'PLAN_NOT_POSTED',
    REFUSED,
  ],
  [
    'a head that was force-pushed away and back before its turn came',
    { meanwhile: (made) => [forcePush(made, SECOND), forcePush(made, 2 * SECOND)] },
    'HEAD_SWAPPED',
    REFUSED,
  ],
  [
    'a force-push in the very second of the comment',
    { meanwhile: (made) => forcePush(made, 0) },
    'HEAD_SWAPPED',
    REFUSED,
  ],
  // How it is written, and how often.
  ['six commands', { body: '/promote\n'.repeat(6) }, 'COMMAND_TOO_MANY', CONFUSED],
  ['what is close to a command', { body: '/promot staging' }, 'COMMAND_UNKNOWN', CONFUSED],
  ['a command with what it does not take', { body: '/promote --force' }, 'COMMAND_USAGE', CONFUSED],
  ['a command that is not there yet', { body: '/drop cart' }, 'COMMAND_NOT_AVAILABLE', CONFUSED],
  ['an environment that is not there', { body: '/promote stagin' }, 'UNKNOWN_ENVIRONMENT', REFUSED],
  [
    'one command more than a person may give in ten minutes',
    { before: (made) => busy(made, 'ana', MOST_BY_PERSON) },
    'RATE_LIMITED',
    UNANSWERED,
  ],
  [
    'one command more than a repository takes in ten minutes',
    { before: (made) => ['bob', 'carl', 'root', 'dora'].map((login) => busy(made, login, MOST_IN_REPOSITORY / 4)) },
    'RATE_LIMITED',
    UNANSWERED,
  ],
])('%s is refused, and nothing is done', async (_, situation, code, reactions) => {
  const { made, outcome, said } = await meet(situation)
  expect({ code: outcome.code, reactions: said }).toEqual({ code, reactions })
  expect(outcome.decision).not.toBe('done')
  expect((await readState(made.ports())).ledger.get('1')?.armed).toBeUndefined()
  expect(made.writes.filter((name) => !name.startsWith('comments.'))).toEqual([])
  expect(made.jobs).toEqual([])
})

test.each<[what: string, situation: Situation]>([
  ['as it was written', {}],
  ['on a head that was force-pushed before the plan was read', { before: (made) => forcePush(made, 0) }],
  ['while strangers write as much as they like', { before: (made) => busy(made, 'mallory', 2 * MOST_IN_REPOSITORY) }],
  ['when its event comes twice', { meanwhile: async (made, job) => handleCommand(made.ports(), job) }],
])('a command of one who may is done %s', async (_, situation) => {
  const { made, said } = await meet(situation)
  expect(said).toEqual(DONE)
  expect((await readState(made.ports())).ledger.get('1')?.armed).toMatchObject({ by: 'ana', sha: headOf(made).sha })
  expect(made.comments.filter(({ ours }) => ours)).toHaveLength(1)
})

test.each([
  'people.permission',
  'people.isTeamMember',
  'pulls.forcePushes',
  'checks.list',
  'comments.listSince',
])('while GitHub does not answer %s nothing is done; then it is, once', async (name) => {
  const made = await world()
  const job = made.say(1, 'ana', '/promote')
  made.fateOf = (call) => (call === name ? { instead: () => Promise.reject(new LockstepError(GONE, AWAY)) } : undefined)
  await expect(handleCommand(made.ports(), job)).rejects.toThrow('away')
  expect((await readState(made.ports())).ledger.get('1')?.armed).toBeUndefined()
  made.fateOf = undefined
  expect(await handleCommand(made.ports(), job)).toMatchObject({ code: 'PROMOTION_ARMED' })
  expect(made.reactions.get(job.comment.id)).toEqual(DONE)
})

test('while the configuration of the base branch cannot be read nobody has rights by it', async () => {
  const made = await world()
  const loadConfig = () =>
    Promise.reject(new LockstepError({ code: 'CONFIG_INVALID', message: 'broken', remedy: 'Mend it.' }))
  const job = made.say(1, 'ana', '/promote')
  expect(await handleCommand({ ...made.ports(), loadConfig }, job)).toMatchObject({
    decision: 'refused',
    code: 'CONFIG_INVALID',
  })
  expect(made.reactions.get(job.comment.id)).toEqual(REFUSED)
})

test('a rollback that leaves the application to the changes of a pull request is bound to the head that has them', async () => {
  const made = await world()
  const sha = made.git.refs.get('main') ?? ''
  made.git.refs.set('mine', sha)
  made.git.commitOn('mine', 'mine', [{ path: 'apps/checkout/base/x.yaml', content: 'x' }])
  const { number } = made.open({ head: { ref: 'mine', sha: made.git.refs.get('mine') ?? '', fork: false } })
  made.greenGates()
  const job = made.say(number, 'ana', '/rollback staging')
  made.git.commitOn('mine', 'another', [{ path: 'apps/cart/base/x.yaml', content: 'x' }])
  expect(await handleCommand(made.ports(), job)).toMatchObject({ code: 'PLAN_NOT_POSTED' })
  const named = made.say(number, 'ana', '/rollback staging cart')
  expect(await handleCommand(made.ports(), named)).toMatchObject({ code: 'NO_PROMOTION_FOUND' })
})

test('a stop is never one too many', async () => {
  const { said } = await meet({ body: '/lock all', before: (made) => busy(made, 'ana', MOST_BY_PERSON) })
  expect(said).toEqual(DONE)
})

test('whoever goes on past the limit is told once', async () => {
  const made = await world()
  busy(made, 'ana', MOST_BY_PERSON)
  for (let i = 0; i < 3; i++) await handleCommand(made.ports(), made.say(1, 'ana', '/promote'))
  const replies = made.comments.filter(({ ours }) => ours)
  expect(replies.map(({ body }) => body)).toEqual([expect.stringContaining('`RATE_LIMITED`')])
  expect(made.writes.filter((name) => name === 'comments.ensure')).toHaveLength(1)
  made.now += 11 * 60_000
  const job = made.say(1, 'ana', '/why')
  await handleCommand(made.ports(), job)
  expect(made.reactions.get(job.comment.id)).toEqual(DONE)
})

test('commands of a comment that meet the same are answered once, with the code and what would help', async () => {
  const { made } = await meet({ by: 'carl', body: '/promote staging\n/rollback staging\n/lock staging' })
  const [reply, ...others] = made.comments.filter(({ ours }) => ours)
  expect(others).toEqual([])
  expect(reply?.body.match(/NOT_IN_TEAM/g)).toHaveLength(1)
  for (const text of ['`/promote`, `/rollback`, `/lock`', 'Ask a member of acme/release.'])
    expect(reply?.body).toContain(text)
})

async function meet({ by = 'ana', body = '/promote', before, meanwhile, job: change }: Situation) {
  const made = await world()
  for (const login of ['carl', 'dora']) made.permissions[login] = 'write'
  made.permissions.root = 'admin'
  before?.(made)
  const job = { ...made.say(change?.number ?? 1, by, body), ...change }
  made.writes.length = 0
  await meanwhile?.(made, job)
  const outcome = await handleCommand(made.ports(), job)
  return { made, outcome, said: made.reactions.get(job.comment.id) ?? [] }
}
