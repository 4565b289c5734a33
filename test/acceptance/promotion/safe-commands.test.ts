import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { findTeam } from '../../../sandbox/github/accounts/create.ts'
import { eventually } from '../../support/eventually.ts'
import { type Body, commitFile, cutBranch, force, openPull, RestClient, tipOf } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { version } from '../../support/promotion-scene.ts'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging, commands: { teams: [acme/release] } }
  - { name: prod, after: [staging], cluster: prod, commands: { teams: [acme/sre] } }
carry: [{ files: [version.yaml] }]
drift: { pullRequests: warn }
`
const BRANCH = 'lockstep/promote/staging/checkout'

function files(): Record<string, string> {
  const overlay = (environment: string, text: string) => ({
    [`apps/checkout/overlays/${environment}/kustomization.yaml`]: 'resources: [version.yaml]\n',
    [`apps/checkout/overlays/${environment}/version.yaml`]: version(text),
  })
  return { '.lockstep.yaml': CONFIG, ...overlay('dev', 'v2'), ...overlay('staging', 'v1'), ...overlay('prod', 'v1') }
}

let lockstep: LockstepScene
let repository: string
/** Of the promotion of checkout to staging. */
let number: number
let planned: string

beforeAll(async () => {
  lockstep = await openLockstep()
  const { github } = lockstep.scene
  github.createTeam({ organization: 'acme', slug: 'release', members: { bob: 'active', ann: 'active' } })
  github.createTeam({ organization: 'acme', slug: 'sre', members: { ann: 'active' } })
  repository = await newRepository()
  ;({
    number,
    head: { sha: planned },
  } = await openPromotion(repository))
})
afterAll(() => lockstep.close())

const bob = () => lockstep.scene.bob
const newRepository = () => lockstep.repository({ from: [{ message: 'Begin', files: files() }], private: true })

/** As if the worker of dev had just said that it runs what main says. */
async function healthyInDev(place: string): Promise<void> {
  const ref = lockstep.ref(place)
  const { mirror } = await lockstep.services.openRepository(ref)
  await mirror.fetch()
  const tip = await tipOf(bob(), place, 'main')
  const { digest } = await lockstep.services.renderer.render(await mirror.tree(tip), 'apps/checkout/overlays/dev')
  const now = new Date()
  for (const environment of ['dev', 'staging'])
    await lockstep.services.board.put(`${ref.owner}/${ref.name}`, {
      target: { application: 'checkout', environment, cluster: environment },
      revision: tip,
      renderDigest: digest,
      sync: 'Synced',
      health: 'Healthy',
      healthySince: new Date(now.getTime() - 3_600_000).toISOString(),
      drift: [],
      problems: [],
      observedAt: now.toISOString(),
    })
}

async function openPromotion(place: string): Promise<Body> {
  await healthyInDev(place)
  await lockstep.services.queue.add({ kind: 'promotions', repository: lockstep.ref(place) })
  const pull = await eventually(async () => {
    const { body } = await bob().get(`${place}/pulls`)
    return body.find((each: Body) => each.head.ref === BRANCH)
  })
  await lockstep.gate(place, pull.head.sha)
  await lockstep.idle()
  // GitHub's times are whole seconds: a comment has to come after the second of the gate.
  await nextSecond()
  return pull
}

async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  await eventually(async () => Math.floor(Date.now() / 1000) > now)
}

/** Without waiting for what comes of it. */
async function write(client: RestClient, body: string, where = number, place = repository): Promise<number> {
  const { status, body: comment } = await client.post(`${place}/issues/${where}/comments`, { body })
  expect(status).toBe(201)
  return comment.id
}

/** Its event is lost, so it is found by looking. */
async function takenUpAfter(body: string, meanwhile: () => unknown): Promise<number> {
  lockstep.scene.github.switches.nextDelivery('issue_comment', 'drop')
  const id = await write(bob(), body)
  await meanwhile()
  await lockstep.sweep()
  return id
}

async function said(id: number, where = number, place = repository) {
  await lockstep.idle()
  const { body: reactions } = await bob().get(`${place}/issues/comments/${id}/reactions`)
  const { body: comments } = await bob().get(`${place}/issues/${where}/comments?per_page=100`)
  const replies: string[] = comments
    .filter((each: Body) => each.user.login === 'lockstep[bot]' && each.body.includes('lockstep:reply-'))
    .map((each: Body) => each.body)
  const own = reactions.filter((each: Body) => each.user.login === 'lockstep[bot]')
  return { reactions: own.map((each: Body) => each.content) as string[], replies, text: replies.join('\n\n') }
}

async function say(client: RestClient, body: string, where = number, place = repository) {
  return said(await write(client, body, where, place), where, place)
}

async function stateFile(path: string, place = repository): Promise<Body | undefined> {
  const { status, body } = await bob().get(`${place}/contents/${path}?ref=lockstep/state`)
  return status === 200 ? parse(Buffer.from(body.content, 'base64').toString()) : undefined
}

const armed = async () => (await stateFile(`ledger/${number}.yaml`))?.armed
const loggedCodes = (id: number) =>
  lockstep.logged.filter(({ job }) => job?.startsWith('command-') && job.endsWith(`-${id}`)).map(({ code }) => code)

describe('is refused', () => {
  test('a comment that was edited into a command', async () => {
    const id = await write(bob(), 'looks good')
    await bob().patch(`${repository}/issues/comments/${id}`, { body: '/promote' })
    const answer = await said(id)
    expect(answer.reactions).toEqual(['-1'])
    expect(answer.text).toContain('`COMMENT_EDITED`')
    expect(await armed()).toBeUndefined()
  })

  test('a bot', async () => {
    const { github } = lockstep.scene
    const permissions = { issues: 'write', pull_requests: 'write', metadata: 'read' } as const
    const app = {
      slug: 'helper',
      name: 'Helper',
      owner: 'acme',
      permissions,
      events: [],
      webhookSecret: 'x'.repeat(20),
    }
    const { appId, privateKeyPem: key } = github.registerApp({ ...app, webhookUrl: 'http://127.0.0.1:1/' })
    const installation = github.installApp('helper', 'acme', 'all')
    const jwt = new RestClient(github.apiUrl, `Bearer ${lockstep.scene.jwt({ iss: appId, key })}`)
    const { body } = await jwt.post(`/app/installations/${installation}/access_tokens`, {})
    const id = await write(new RestClient(github.apiUrl, `Bearer ${body.token}`), '/promote')
    expect((await said(id)).reactions).toEqual([])
    expect(loggedCodes(id)).toEqual(['COMMENT_FROM_BOT'])
    expect(await armed()).toBeUndefined()
  })

  test('Lockstep itself', async () => {
    const { comments } = lockstep.services.github.repository(lockstep.ref(repository))
    const { id } = await comments.create(number, '/promote')
    expect((await said(id)).reactions).toEqual([])
    expect(loggedCodes(id)).toEqual(['COMMENT_FROM_BOT'])
    expect(await armed()).toBeUndefined()
  })

  test.each([
    ['in a fence', '```\n/promote\n```'],
    ['in a fence that never ends', 'see\n~~~\n```\n/promote'],
    ['in indented code', '    /promote'],
    ['in a quote', '> /promote'],
    ['in the rest of a quote', '> somebody said:\n/promote'],
    ['in an HTML comment', '<!--\n/promote\n-->'],
  ])('a command %s: it is none', async (_, body) => {
    const id = await write(bob(), body)
    expect((await said(id)).reactions).toEqual([])
    expect(await armed()).toBeUndefined()
  })

  test('a promotion that a fork imitates', async () => {
    const { github, rita } = lockstep.scene
    const { name } = lockstep.ref(repository)
    const { fullName } = await github.forkRepository('acme', name, 'rita')
    await commitFile(rita, `/repos/${fullName}`, BRANCH, { path: 'x', content: 'x' })
    const request = { title: 'Promote', head: `rita:${BRANCH}`, base: 'main' }
    const { body: pull } = await rita.post(`${repository}/pulls`, request)
    await lockstep.idle()
    const answer = await say(bob(), '/promote', pull.number)
    expect(answer.reactions).toEqual(['eyes', '-1'])
    expect(answer.text).toContain('`COMMAND_ON_FORK`')
  })

  test('a comment that is older than the last push, though it is taken up after that push was planned', async () => {
    const id = await takenUpAfter('/promote', async () => {
      await nextSecond()
      const pushed = await commitFile(bob(), repository, BRANCH, { path: 'x', content: 'x' })
      await lockstep.gate(repository, pushed)
    })
    const answer = await said(id)
    expect(answer.reactions).toEqual(['eyes', '-1'])
    expect(answer.text).toContain('`PLAN_NOT_POSTED`')
    await force(bob(), repository, BRANCH, planned)
    await lockstep.idle()
    await nextSecond()
    expect(await armed()).toBeUndefined()
  })

  test('a head that was swapped and put back between the comment and its turn', async () => {
    const id = await takenUpAfter('/promote', async () => {
      await nextSecond()
      const content = await cutBranch(bob(), repository, 'other')
      await force(bob(), repository, BRANCH, await commitFile(bob(), repository, 'other', { path: 'y', content }))
      await force(bob(), repository, BRANCH, planned)
    })
    const answer = await said(id)
    expect(answer.reactions).toEqual(['eyes', '-1'])
    expect(answer.text).toContain('`HEAD_SWAPPED`')
    expect(await armed()).toBeUndefined()
    await nextSecond()
  })

  test('a member who left the team between the comment and its turn', async () => {
    const team = findTeam(lockstep.scene.github.world, 'acme', 'release')
    const membership = team?.members.get('bob')
    const id = await takenUpAfter('/promote', () => team?.members.delete('bob'))
    if (membership) team?.members.set('bob', membership)
    const answer = await said(id)
    expect(answer.reactions).toEqual(['eyes', '-1'])
    expect(answer.text).toContain('`NOT_IN_TEAM`')
    expect(await armed()).toBeUndefined()
  })

  test('a collaborator who was removed between the comment and its turn, without a word', async () => {
    const { name } = lockstep.ref(repository)
    const collaborators = lockstep.scene.github.world.repository('acme', name)?.collaborators
    const id = await takenUpAfter('/promote', () => collaborators?.delete('bob'))
    collaborators?.set('bob', 'write')
    expect((await said(id)).reactions).toEqual(['-1'])
    expect(loggedCodes(id)).toEqual(['NOT_PERMITTED'])
    expect(await armed()).toBeUndefined()
  })

  test('rights that a pull request gives itself', async () => {
    const open = CONFIG.replaceAll(/, commands: \{ teams: \[[^\]]*\] \}/g, '')
    await commitFile(bob(), repository, 'self-service', { path: '.lockstep.yaml', content: open })
    const pull = await openPull(bob(), repository, 'self-service')
    const answer = await say(bob(), '/lock prod', pull.number)
    expect(answer.reactions).toEqual(['eyes', '-1'])
    expect(answer.text).toContain('prod is commanded by members of acme/sre')
    expect(await stateFile('locks/prod.yaml')).toBeUndefined()
  })

  test('a command in a review or in a description: it is none', async () => {
    const before = await lockstep.jobs('command')
    await bob().post(`${repository}/pulls/${number}/reviews`, { event: 'COMMENT', body: '/cancel' })
    await openPull(bob(), repository, 'described', { body: '/lock staging' })
    await lockstep.idle()
    expect(await lockstep.jobs('command')).toBe(before)
    expect(await stateFile('locks/staging.yaml')).toBeUndefined()
  })

  test('a reader, in one reply however often; and for what readers may ask there is an answer', async () => {
    const answers = [
      await say(lockstep.scene.rita, '/promote\n/lock prod\n/cancel'),
      await say(lockstep.scene.rita, '/hold'),
    ]
    expect(answers.map(({ reactions }) => reactions)).toEqual([
      ['eyes', '-1'],
      ['eyes', '-1'],
    ])
    const { text } = answers[1] ?? { text: '' }
    expect(text.match(/`NOT_PERMITTED`/g)).toHaveLength(1)
    const help = await say(lockstep.scene.rita, '/help')
    expect(help.reactions).toEqual(['eyes', 'rocket'])
    expect(help.text).toContain('`rita` has read access')
  })

  test('a pull request that is closed', async () => {
    const pull = await openPull(bob(), repository, 'closed-one')
    await bob().patch(`${repository}/pulls/${pull.number}`, { state: 'closed' })
    const answer = await say(bob(), '/promote', pull.number)
    expect(answer.reactions).toEqual(['eyes', '-1'])
    expect(answer.text).toContain('`PULL_REQUEST_CLOSED`')
  })

  test('a plain issue', async () => {
    const { body: issue } = await bob().post(`${repository}/issues`, { title: 'Please' })
    const answer = await say(bob(), '/promote staging', issue.number)
    expect(answer.reactions).toEqual(['-1'])
    expect(answer.text).toContain('`COMMAND_ON_ISSUE`')
    expect((await say(bob(), '/lgtm', issue.number)).reactions).toEqual([])
  })

  test('a sixth command in a comment, and the five before it', async () => {
    const answer = await say(bob(), '/promote\n'.repeat(6))
    expect(answer.reactions).toEqual(['eyes', 'confused'])
    expect(answer.text).toContain('`COMMAND_TOO_MANY`')
    expect(await armed()).toBeUndefined()
  })

  test('what is close to a command, with the command that was meant; other tools’ commands are not looked at', async () => {
    const answer = await say(bob(), '/promot staging')
    expect(answer.reactions).toEqual(['eyes', 'confused'])
    expect(answer.text).toContain('Did you mean /promote')
    expect((await say(bob(), '/assign @ann\n/lgtm')).reactions).toEqual([])
  })
})

test('what people write into arguments is text in replies: nobody is mentioned, nothing is marked up', async () => {
  const hostile = '@acme/release <img src=x onerror=y> [go](https://evil.example) `#1`'
  await say(bob(), `/hold ${hostile}`)
  const answers = [
    await say(bob(), '/why'),
    await say(bob(), `/promote ${hostile}`),
    await say(bob(), `/rollback ${hostile}`),
  ]
  for (const { text } of answers) expect(text).not.toMatch(/@acme|<img|\]\(https/)
  expect((await say(bob(), '/unhold')).text).toContain('HOLD_RELEASED')
})

test('help says what the one who asks may do where', async () => {
  const { text } = await say(bob(), '/help')
  expect(text).toContain('| `staging` | yes | members of acme/release with write access |')
  expect(text).toContain('| `prod` | no | members of acme/sre with write access |')
  expect(text).toContain('Left out, as you are in no team that may give them: `/confirm-prune`')
  expect(text).not.toContain('/hotfix')
})

test('somebody else’s incident stop is released with a reason, which is recorded', async () => {
  const { ann } = lockstep.scene
  expect((await say(bob(), '/lock all until 2h errors at payment')).reactions).toEqual(['eyes', 'rocket'])
  expect((await say(ann, '/lock all mine now')).text).toContain('It stays as it is')
  expect((await say(ann, '/unlock all')).text).toContain('`BREAK_GLASS_REASON`')
  const id = await write(ann, '/unlock all --reason false alarm')
  expect((await said(id)).text).toContain('`GLASS_BROKEN`')
  expect(await stateFile(`audit/${id}.yaml`)).toMatchObject({
    action: 'unlock',
    environment: 'all',
    by: 'ann',
    reason: 'false alarm',
    of: { by: 'bob', reason: 'errors at payment' },
  })
  expect(await stateFile('locks/all.yaml')).toBeUndefined()
})

test('a command of one who may is seen, done, bound to the commit that was planned, and told in the history', async () => {
  await lockstep.idle()
  await healthyInDev(repository)
  const answer = await say(bob(), 'Read it.\n\n/PROMOTE')
  expect(answer.reactions).toEqual(['eyes', 'rocket'])
  expect(answer.text).toContain('`PROMOTION_ARMED`')
  expect(await armed()).toMatchObject({ by: 'bob', sha: planned })
  await eventually(async () => (await bob().get(`${repository}/pulls/${number}`)).body.merged)
  const { text } = await say(lockstep.scene.rita, '/history staging')
  expect(text).toMatch(
    new RegExp(`promotion of \`checkout\` #${number} \\| \`dev\` \\| merged as .* \\| lockstep&#91;bot&#93;, bob`),
  )
})

test('whoever commands too much is told once, and can still stop everything', async () => {
  const place = await newRepository()
  const pull = await openPull(bob(), place, 'busy')
  await write(bob(), '/lock dev', pull.number, place)
  for (let i = 0; i < 6; i++) await write(bob(), '/help\n'.repeat(5), pull.number, place)
  for (let i = 0; i < 3; i++) {
    const { reactions, text } = await say(bob(), '/unlock dev', pull.number, place)
    expect(reactions).toEqual(['-1'])
    expect(text.match(/`RATE_LIMITED`/g)).toHaveLength(1)
  }
  expect(await stateFile('locks/dev.yaml', place)).toMatchObject({ by: 'bob' })
  expect((await say(bob(), '/lock all', pull.number, place)).reactions).toEqual(['eyes', 'rocket'])
})
