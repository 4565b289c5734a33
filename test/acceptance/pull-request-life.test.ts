import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { requireAccount } from '../../sandbox/github/accounts/create.ts'
import { setDraft } from '../../sandbox/github/pulls/edit.ts'
import { eventually } from '../support/eventually.ts'
import { type Body, commitFile, cutBranch, force, tipOf } from '../support/local-github.ts'
import { type LockstepScene, openLockstep, overlayFile } from '../support/lockstep-scene.ts'
import { deploymentText } from '../support/preview-world.ts'

const DEV = overlayFile('checkout', 'dev')

let lockstep: LockstepScene
let repository: string
beforeAll(async () => {
  lockstep = await openLockstep()
})
afterAll(() => lockstep.close())
beforeEach(async () => {
  repository = await lockstep.repository()
})
afterEach(async () => {
  lockstep.beforeRender = () => undefined
  await lockstep.retire(repository)
})

const bob = () => lockstep.scene.bob
const scaled = (replicas: number, application = 'checkout') => deploymentText(application, replicas)
const change = (branch: string, path: string, content: string, from?: string) =>
  commitFile(bob(), repository, branch, { path, content, ...(from && { from }) })

async function propose(
  branch = 'topic',
  files: Record<string, string> = { [DEV]: scaled(5) },
  more = {},
): Promise<Body> {
  for (const [path, content] of Object.entries(files)) await change(branch, path, content)
  const { body } = await bob().post(`${repository}/pulls`, { title: branch, head: branch, base: 'main', ...more })
  return body
}

const numberOf = ({ number }: Body): number => number
const head = async (pull: Body): Promise<string> =>
  (await bob().get(`${repository}/pulls/${pull.number}`)).body.head.sha
const comment = (pull: Body) => lockstep.comment(repository, numberOf(pull))
const gateOf = (pull: Body, fits?: (run: Body) => boolean) => lockstep.gate(repository, pull.head.sha, fits)

describe('a pull request', () => {
  test('gets a gate, a check of each environment and one comment, with at most ten writes; again is none', async () => {
    const before = lockstep.written.length
    const files = {
      [DEV]: scaled(5),
      [overlayFile('checkout', 'staging')]: scaled(6),
      [overlayFile('search', 'prod')]: scaled(7),
    }
    const pull = await propose('topic', files)
    expect(await gateOf(pull)).toMatchObject({ conclusion: 'success' })
    await lockstep.idle()
    const checks = await lockstep.checks(repository, pull.head.sha)
    expect([...checks.keys()].sort()).toEqual([
      'lockstep/gate',
      'lockstep/render/dev',
      'lockstep/render/prod',
      'lockstep/render/staging',
    ])
    expect(await comment(pull)).toContain('`2` → `5`')
    const after = lockstep.written.length
    expect(after - before).toBeLessThanOrEqual(10)
    await lockstep.sweep()
    expect(lockstep.written.length).toBe(after)
  })

  test('has its gate finished although GitHub limits writes, the gate before the checks and those before the comment', async () => {
    const { switches } = lockstep.scene.github
    const before = lockstep.written.length
    const limited = {
      status: 403,
      headers: { 'retry-after': '1' },
      body: { message: 'You have exceeded a secondary rate limit' },
    }
    switches.refuse({ method: 'PATCH', path: /\/check-runs\/\d+$/, answer: limited })
    switches.refuse({ method: 'POST', path: /\/check-runs$/, call: 3, answer: limited })
    switches.refuse({ method: 'POST', path: /\/comments$/, answer: limited })
    const pull = await propose('topic', { [DEV]: scaled(5), [overlayFile('checkout', 'prod')]: scaled(5) })
    expect((await gateOf(pull)).conclusion).toBe('success')
    await lockstep.idle()
    expect(await comment(pull)).toContain('`2` → `5`')
    const runs = 'POST /repos/{owner}/{repo}/check-runs'
    expect(lockstep.written.slice(before)).toEqual([
      runs,
      'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
      runs,
      runs,
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    ])
  })

  test('that touches no overlay is green without a comment', async () => {
    const pull = await propose('topic', { 'README.md': 'other\n' })
    expect(await gateOf(pull)).toMatchObject({ conclusion: 'success', output: { title: 'Nothing to deploy' } })
    await lockstep.idle()
    expect(await comment(pull)).toBeUndefined()
  })

  test('that changes nothing at all is green', async () => {
    await change('topic', DEV, scaled(5))
    await change('topic', DEV, scaled(2))
    const { body: pull } = await bob().post(`${repository}/pulls`, { title: 'Empty', head: 'topic', base: 'main' })
    expect(await gateOf(pull)).toMatchObject({ conclusion: 'success' })
  })

  test('as a draft has its real verdict, and keeps it when it is made ready', async () => {
    const pull = await propose('topic', { [DEV]: 'BROKEN' }, { draft: true })
    expect((await gateOf(pull)).conclusion).toBe('failure')
    const { world } = lockstep.scene.github
    const place = lockstep.scene.github.repository('acme', lockstep.ref(repository).name)
    const known = place.pulls.get(pull.number)
    const actor = { kind: 'user', account: requireAccount(world, 'bob') } as const
    await lockstep.idle()
    const writes = lockstep.written.length
    if (known) for (const draft of [false, true]) await setDraft(world, place, known, actor, draft)
    await lockstep.idle()
    expect((await gateOf(pull)).conclusion).toBe('failure')
    expect(lockstep.written.length).toBe(writes)
  })

  test('that is pushed to again shows the new head in the same comment', async () => {
    const pull = await propose()
    await gateOf(pull)
    const next = await change('topic', DEV, scaled(9))
    expect((await lockstep.gate(repository, next)).conclusion).toBe('success')
    await lockstep.idle()
    expect(await comment(pull)).toContain(next.slice(0, 7))
    const { body } = await bob().get(`${repository}/issues/${pull.number}/comments`)
    expect(body).toHaveLength(1)
  })

  test('that is force-pushed shows what it is now', async () => {
    const pull = await propose()
    await gateOf(pull)
    await cutBranch(bob(), repository, 'other')
    const next = await change('other', overlayFile('search', 'dev'), scaled(4, 'search'))
    await force(bob(), repository, 'topic', next)
    await lockstep.gate(repository, next)
    await lockstep.idle()
    expect(await comment(pull)).toContain('search')
    expect(await comment(pull)).not.toContain('`2` → `5`')
  })

  test('that conflicts names the files, and is green once that is resolved', async () => {
    const pull = await propose()
    await gateOf(pull)
    await change('main', DEV, scaled(7))
    const red = await gateOf(pull, (run) => run.conclusion === 'failure')
    expect(red.output.title).toContain(DEV)
    await cutBranch(bob(), repository, 'resolved')
    const resolved = await change('resolved', DEV, scaled(9))
    await force(bob(), repository, 'topic', resolved)
    expect((await lockstep.gate(repository, resolved)).conclusion).toBe('success')
  })

  test('that is retargeted is compared with its new base', async () => {
    await change('release', overlayFile('checkout', 'prod'), scaled(3))
    const pull = await propose()
    await gateOf(pull)
    await lockstep.idle()
    await bob().patch(`${repository}/pulls/${pull.number}`, { base: 'release' })
    await lockstep.idle()
    expect(await comment(pull)).toContain('`2` → `5`')
    await change('release', DEV, scaled(7))
    await gateOf(pull, (run) => run.conclusion === 'failure' && run.output.title.includes(DEV))
  })

  test('that is closed is written to no more, and looked at again when it is reopened', async () => {
    const pull = await propose()
    await gateOf(pull)
    await bob().patch(`${repository}/pulls/${pull.number}`, { state: 'closed' })
    await lockstep.idle()
    const writes = lockstep.written.length
    await change('main', DEV, scaled(7))
    await lockstep.sweep()
    expect(lockstep.written.length).toBe(writes)
    await bob().patch(`${repository}/pulls/${pull.number}`, { state: 'open' })
    await gateOf(pull, (run) => run.conclusion === 'failure')
  })

  test.each([
    'topic',
    'release',
  ])('whose branch %s is deleted is closed, and nothing more is written', async (branch) => {
    await cutBranch(bob(), repository, 'release')
    const pull = await propose('topic', { [DEV]: scaled(5) }, { base: 'release' })
    await gateOf(pull)
    await lockstep.idle()
    const writes = lockstep.written.length
    await bob().delete(`${repository}/git/refs/heads/${branch}`)
    await lockstep.idle()
    await lockstep.sweep()
    expect((await bob().get(`${repository}/pulls/${pull.number}`)).body.state).toBe('closed')
    expect(lockstep.written.length).toBe(writes)
  })

  test('in a repository that was renamed goes on under the new name', async () => {
    const pull = await propose()
    await gateOf(pull)
    const old = lockstep.ref(repository)
    await lockstep.scene.ann.patch(repository, { name: `${old.name}-renamed` })
    repository = `${repository}-renamed`
    const next = await change('topic', DEV, scaled(9))
    expect((await lockstep.gate(repository, next)).conclusion).toBe('success')
    await lockstep.services.queue.add({ kind: 'preview', repository: old, number: numberOf(pull) })
    await lockstep.idle()
    expect((await lockstep.gate(repository, next)).conclusion).toBe('success')
    expect(await comment(pull)).toContain(next.slice(0, 7))
  })

  test('whose webhooks are lost is found by the sweep', async () => {
    for (const event of ['pull_request.opened', 'check_suite.requested', 'push', 'create'])
      lockstep.scene.github.switches.nextDelivery(event, 'drop')
    const pull = await propose()
    await lockstep.idle()
    expect(await comment(pull)).toBeUndefined()
    await lockstep.sweep()
    expect((await gateOf(pull)).conclusion).toBe('success')
  })

  test('two at once have each their own', async () => {
    const pulls = await Promise.all([
      propose('one'),
      propose('two', { [overlayFile('search', 'dev')]: scaled(8, 'search') }),
    ])
    for (const pull of pulls) expect((await gateOf(pull)).conclusion).toBe('success')
    await lockstep.idle()
    expect(await comment(pulls[0])).toContain('checkout')
    expect(await comment(pulls[1])).not.toContain('checkout')
  })
})

describe('a base that moves', () => {
  test('means nothing to a pull request whose overlays it does not reach: no preview, no write', async () => {
    const pulls = [await propose('one'), await propose('two', { [overlayFile('checkout', 'prod')]: scaled(3) })]
    for (const pull of pulls) await gateOf(pull)
    await lockstep.idle()
    const [previews, writes] = [await lockstep.jobs('preview'), lockstep.written.length]
    await change('main', overlayFile('search', 'dev'), scaled(9, 'search'))
    await lockstep.idle()
    expect([await lockstep.jobs('preview'), lockstep.written.length]).toEqual([previews, writes])
    await lockstep.sweep()
    expect(lockstep.written.length).toBe(writes)
  })

  test('gives those it reaches a new verdict on the same commit, as a new run', async () => {
    const reached = await propose('one', {
      'apps/checkout/base/kustomization.yaml': 'resources: [service.yaml]\n# one\n',
    })
    const other = await propose('two', { [overlayFile('search', 'dev')]: scaled(8, 'search') })
    const green = await gateOf(reached)
    const untouched = await gateOf(other)
    await change('main', 'apps/checkout/base/service.yaml', 'BROKEN')
    const red = await gateOf(reached, (run) => run.conclusion === 'failure')
    expect(red.id).toBeGreaterThan(green.id)
    await lockstep.idle()
    expect((await gateOf(other)).id).toBe(untouched.id)
  })

  test('while a pull request is rendered is looked at before anything is said', async () => {
    let moved: Promise<string> | undefined
    lockstep.beforeRender = async () => {
      moved ??= change('main', DEV, scaled(7))
      await moved
    }
    const pull = await propose()
    const gate = await gateOf(pull)
    expect(gate.output.title).toContain(DEV)
    expect(gate.conclusion).toBe('failure')
  })
})

describe('a newer push', () => {
  test('ends what runs for the older head, which is never shown as current', async () => {
    let aborted: number | undefined
    const started = Promise.withResolvers<void>()
    lockstep.beforeRender = async (signal) => {
      lockstep.beforeRender = () => undefined
      started.resolve()
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      aborted = Date.now()
    }
    const pull = await propose()
    await started.promise
    const pushed = Date.now()
    const next = await change('topic', DEV, scaled(9))
    await lockstep.gate(repository, next)
    await lockstep.idle()
    expect((aborted ?? Number.POSITIVE_INFINITY) - pushed).toBeLessThan(1_000)
    expect((await gateOf(pull)).conclusion).toBe('cancelled')
    expect(await comment(pull)).toContain('`2` → `9`')
    expect(await comment(pull)).not.toContain('`2` → `5`')
  })

  test('is found although GitHub still answers with the older head', async () => {
    const pull = await propose()
    await gateOf(pull)
    lockstep.scene.github.switches.lag.head = 2
    const next = await change('topic', DEV, scaled(9))
    lockstep.scene.github.switches.lag.head = 0
    expect((await lockstep.gate(repository, next)).conclusion).toBe('success')
    await lockstep.idle()
    expect(await comment(pull)).toContain(next.slice(0, 7))
    expect(await head(pull)).toBe(next)
  })
})

describe('asking for a check again', () => {
  const rerun = async (run: Body) => bob().post(`${repository}/check-runs/${run.id}/rerequest`)
  const press = async (run: Body, who: 'bob' | 'rita') => {
    const { github } = lockstep.scene
    const place = github.repository('acme', lockstep.ref(repository).name)
    const { requestAction } = await import('../../sandbox/github/checks/runs.ts')
    const known = place.checkRuns.get(run.id)
    if (known) await requestAction(github.world, place, known, 'again', requireAccount(github.world, who))
  }

  test('makes a new run of it, although it says the same, and once', async () => {
    const pull = await propose()
    const gate = await gateOf(pull)
    await lockstep.idle()
    await rerun(gate)
    const again = await gateOf(pull, (run) => run.id > gate.id)
    expect(again.output).toMatchObject({ title: gate.output.title })
    await lockstep.idle()
    const writes = lockstep.written.length
    await lockstep.sweep()
    expect([(await gateOf(pull)).id, lockstep.written.length]).toEqual([again.id, writes])
  })

  test('of one environment leaves the others', async () => {
    const pull = await propose('topic', { [DEV]: scaled(5), [overlayFile('checkout', 'prod')]: scaled(5) })
    await gateOf(pull)
    await lockstep.idle()
    const before = await lockstep.checks(repository, pull.head.sha)
    await rerun(before.get('lockstep/render/dev'))
    await lockstep.idle()
    const after = await lockstep.checks(repository, pull.head.sha)
    const changed = [...after].filter(([name, run]) => run.id !== before.get(name).id).map(([name]) => name)
    expect(changed).toEqual(['lockstep/render/dev'])
  })

  test('of a whole suite makes every run again', async () => {
    const pull = await propose()
    const gate = await gateOf(pull)
    await lockstep.idle()
    const before = await lockstep.checks(repository, pull.head.sha)
    await bob().post(`${repository}/check-suites/${gate.check_suite.id}/rerequest`)
    await lockstep.idle()
    const after = await lockstep.checks(repository, pull.head.sha)
    expect([...after].every(([name, run]) => run.id > before.get(name).id)).toBe(true)
  })

  test('by a button takes write access at that moment', async () => {
    const pull = await propose()
    const gate = await gateOf(pull)
    await lockstep.idle()
    await press(gate, 'rita')
    await lockstep.idle()
    expect((await gateOf(pull)).id).toBe(gate.id)
    await press(gate, 'bob')
    await gateOf(pull, (run) => run.id > gate.id)
  })
})

describe('a pull request from a fork', () => {
  async function fromFork(): Promise<Body> {
    const { github, eve } = lockstep.scene
    const { name } = lockstep.ref(repository)
    await github.forkRepository('acme', name, 'eve')
    await commitFile(eve, `/repos/eve/${name}`, 'topic', { path: DEV, content: scaled(5) })
    const { body } = await eve.post(`${repository}/pulls`, { title: 'Fork', head: 'eve:topic', base: 'main' })
    return body
  }
  const plan = (pull: Body) => bob().post(`${repository}/issues/${pull.number}/comments`, { body: '/plan' })

  test('waits for /plan, is rendered then, and waits again after a push; its checks can be run again', async () => {
    const pull = await fromFork()
    expect((await gateOf(pull)).conclusion).toBe('action_required')
    await lockstep.idle()
    expect(await comment(pull)).not.toContain('`2` → `5`')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await plan(pull)
    const green = await gateOf(pull, (run) => run.conclusion === 'success')
    await bob().post(`${repository}/check-runs/${green.id}/rerequest`)
    await gateOf(pull, (run) => run.id > green.id && run.conclusion === 'success')
    const { name } = lockstep.ref(repository)
    const next = await commitFile(lockstep.scene.eve, `/repos/eve/${name}`, 'topic', { path: DEV, content: scaled(9) })
    expect((await lockstep.gate(repository, next)).conclusion).toBe('action_required')
    await lockstep.idle()
    expect(await comment(pull)).not.toContain('`2` → `9`')
  })
})

describe('a merge queue', () => {
  const groups = async (): Promise<Body[]> => {
    const { body } = await bob().get(`${repository}/git/matching-refs/heads/gh-readonly-queue/`)
    return body
  }
  const enqueue = async (pull: Body) => {
    const query = 'mutation ($i: EnqueuePullRequestInput!) { enqueuePullRequest(input: $i) { clientMutationId } }'
    const variables = { i: { pullRequestId: pull.node_id } }
    const { body } = await bob().send('POST', lockstep.scene.github.graphqlUrl, { query, variables })
    if (body.errors) throw new Error(JSON.stringify(body.errors))
  }

  beforeEach(async () => {
    const rules = [
      { type: 'merge_queue', parameters: { merge_method: 'MERGE' } },
      { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'lockstep/gate' }] } },
    ]
    const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } }
    await lockstep.scene.ann.post(`${repository}/rulesets`, { name: 'queue', enforcement: 'active', conditions, rules })
  })

  test('merges what passes when its commit is rendered and judged', async () => {
    const pulls = [await propose('one'), await propose('two', { [overlayFile('search', 'dev')]: scaled(8, 'search') })]
    for (const pull of pulls) await gateOf(pull)
    for (const pull of pulls) await enqueue(pull)
    for (const pull of pulls)
      await eventually(async () => (await bob().get(`${repository}/pulls/${pull.number}`)).body.merged)
    const landed = await lockstep.checks(repository, await tipOf(bob(), repository, 'main'))
    expect(landed.get('lockstep/gate')).toMatchObject({ conclusion: 'success' })
    expect(landed.has('lockstep/render/dev')).toBe(true)
  })

  test('keeps out what only breaks together with what stands before it', async () => {
    const uses = 'resources: [../../base, ../../extra, deployment.yaml]\n'
    const one = await propose('one', { 'apps/checkout/overlays/dev/kustomization.yaml': uses })
    const two = await propose('two', { 'apps/checkout/extra/kustomization.yaml': 'resources: [gone.yaml]\n' })
    for (const pull of [one, two]) expect((await gateOf(pull)).conclusion).toBe('success')
    for (const pull of [one, two]) await enqueue(pull)
    await eventually(async () => (await bob().get(`${repository}/pulls/${one.number}`)).body.merged)
    await lockstep.idle()
    expect((await bob().get(`${repository}/pulls/${two.number}`)).body).toMatchObject({ merged: false, state: 'open' })
    expect((await gateOf(two, (run) => run.conclusion === 'failure')).output.title).toContain('gone.yaml')
  })

  test('a group whose webhook is lost is found by the sweep', async () => {
    const pull = await propose()
    await gateOf(pull)
    await lockstep.idle()
    lockstep.scene.github.switches.nextDelivery('merge_group', 'drop')
    await enqueue(pull)
    await lockstep.idle()
    expect(await groups()).toHaveLength(1)
    await lockstep.sweep()
    await eventually(async () => (await bob().get(`${repository}/pulls/${pull.number}`)).body.merged)
  })

  test('a group that is given up is left, its gate finished', async () => {
    const pull = await propose()
    await gateOf(pull)
    await lockstep.idle()
    const started = Promise.withResolvers<void>()
    lockstep.beforeRender = async (signal) => {
      started.resolve()
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    }
    await enqueue(pull)
    await started.promise
    const [group] = await groups()
    const query = 'mutation ($i: DequeuePullRequestInput!) { dequeuePullRequest(input: $i) { clientMutationId } }'
    await bob().send('POST', lockstep.scene.github.graphqlUrl, { query, variables: { i: { id: pull.node_id } } })
    expect((await lockstep.gate(repository, group.object.sha)).conclusion).toBe('cancelled')
  })
})
