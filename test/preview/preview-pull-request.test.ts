import { describe, expect, test } from '@jest/globals'
import { previewPullRequest } from '../../src/preview/preview-pull-request.ts'
import { regateEnvironment } from '../../src/preview/regate-environment.ts'
import { tryLoad } from '../../src/preview/rules.ts'
import { pullRequest } from '../support/memory-repository.ts'
import { BASE, deploymentText, HEAD, previewWorld, SCALED, shopFiles, targetStatus } from '../support/preview-world.ts'

const DEV = 'apps/checkout/overlays/dev/deployment.yaml'
const PROD = 'apps/checkout/overlays/prod/deployment.yaml'
const OTHER = 'c'.repeat(40)
const signal = new AbortController().signal

const scaledDev = { [DEV]: deploymentText('checkout', 5) }
const scaledProd = { [PROD]: deploymentText('checkout', 5) }

type World = ReturnType<typeof previewWorld>
const run = (world: World) => previewPullRequest(world.ports, 7, signal)
const comment = (world: World) => world.repository.written.find((one) => one.ours)?.body
const gate = (world: World) => world.repository.check('lockstep/gate')

describe('a pull request that changes an environment', () => {
  test('gets one comment, a check of the environment and a green gate', async () => {
    const world = previewWorld(scaledDev)
    expect(await run(world)).toMatchObject({ decision: 'done', code: 'PREVIEW_POSTED' })
    expect(comment(world)).toContain('`.spec.replicas`: `2` → `5`')
    expect(world.repository.newest().map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['lockstep/render/dev', 'success'],
      ['lockstep/gate', 'success'],
    ])
    expect(gate(world)?.title).toBe('1 overlay changes in dev')
  })

  test('renders only what is affected', async () => {
    const world = previewWorld(scaledDev)
    await run(world)
    expect(world.renderer.rendered).toEqual(['apps/checkout/overlays/dev', 'apps/checkout/overlays/dev'])
    const all = previewWorld({ 'apps/checkout/base/service.yaml': deploymentText('s', 1), 'apps/search/base/x': 'x' })
    await run(all)
    expect(new Set(all.renderer.rendered)).toEqual(
      new Set(['apps/checkout/overlays/dev', 'apps/checkout/overlays/prod']),
    )
  })

  test('has its gate in progress before anything slow happens', async () => {
    const world = previewWorld(scaledDev)
    let atFetch: string | undefined
    world.ports.mirror.fetch = async () => {
      atFetch = gate(world)?.status
    }
    await run(world)
    expect(atFetch).toBe('in_progress')
  })

  test('says nothing twice when it runs again', async () => {
    const world = previewWorld(scaledDev)
    await run(world)
    const before = [world.repository.runs.length, comment(world)]
    await run(world)
    expect([world.repository.runs.length, comment(world)]).toEqual(before)
  })

  test('gets a real verdict as a draft, too', async () => {
    const world = previewWorld({ [DEV]: 'BROKEN' })
    world.repository.pullRequests[0] = pullRequest({ draft: true })
    await run(world)
    expect(gate(world)).toMatchObject({ status: 'completed', conclusion: 'failure' })
  })

  test('without any overlay gets a green gate and no comment', async () => {
    const world = previewWorld({ 'README.md': 'other\n' })
    await run(world)
    expect(gate(world)).toMatchObject({ conclusion: 'success', title: 'Nothing to deploy' })
    expect(world.repository.written).toEqual([])
  })

  test('that adds or removes an overlay shows its objects come or go', async () => {
    const files = shopFiles()
    const gone = Object.fromEntries(
      Object.keys(files)
        .filter((path) => path.startsWith('apps/search/overlays/prod/'))
        .map((path) => [path, undefined]),
    )
    const world = previewWorld(gone)
    world.statuses.push(targetStatus('search', 'prod'))
    await run(world)
    expect(comment(world)).toContain('**Deletes** `Deployment/search` in search → prod')
    expect(gate(world)?.conclusion).toBe('success')
  })
})

describe('what is broken', () => {
  test('one overlay turns the gate red with file and line, and hides no other', async () => {
    const world = previewWorld({ ...scaledDev, 'apps/search/overlays/dev/deployment.yaml': 'kind: BROKEN' })
    await run(world)
    expect(gate(world)).toMatchObject({ conclusion: 'failure' })
    expect(gate(world)?.title).toContain('apps/search/overlays/dev/deployment.yaml:1')
    expect(comment(world)).toContain('`2` → `5`')
    expect(world.repository.check('lockstep/render/dev')).toMatchObject({
      conclusion: 'failure',
      annotations: [{ path: 'apps/search/overlays/dev/deployment.yaml', startLine: 1, level: 'failure' }],
    })
  })

  test('a base that does not render is no fault of the pull request that mends it', async () => {
    const world = previewWorld(scaledDev)
    world.mirror.commit(BASE, shopFiles({ [DEV]: 'BROKEN' }), 'main')
    await run(world)
    expect(gate(world)?.conclusion).toBe('success')
    expect(comment(world)).toContain('On the base branch, in checkout → dev')
  })

  test('a conflict is a verdict of its own with the files named', async () => {
    const world = previewWorld(scaledDev)
    world.mirror.conflicts = [DEV]
    await run(world)
    expect(gate(world)).toMatchObject({ conclusion: 'failure', title: `Conflicts with the base branch in ${DEV}` })
    expect(world.renderer.rendered).toEqual([])
  })

  test('a fault of the machine finishes the gate and is thrown, so that it is tried again', async () => {
    const world = previewWorld({ [DEV]: 'UNREACHABLE' })
    await expect(run(world)).rejects.toThrow('KUSTOMIZE_MISSING')
    expect(gate(world)).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect(gate(world)?.title).toContain('KUSTOMIZE_MISSING')
  })

  test('a job that is stopped says nothing about the pull request', async () => {
    const world = previewWorld(scaledDev)
    const stop = new AbortController()
    world.ports.mirror.fetch = async () => stop.abort()
    await expect(previewPullRequest(world.ports, 7, stop.signal)).rejects.toThrow()
    expect(gate(world)).toMatchObject({ status: 'in_progress' })
  })

  test('a head that cannot be fetched yet is tried again', async () => {
    const world = previewWorld(scaledDev)
    world.repository.pullRequests[0] = pullRequest({ head: { ref: 'x', sha: OTHER, fork: false } })
    await expect(run(world)).rejects.toThrow('PREVIEW_HEAD_MISSING')
  })
})

describe('the rules come from the base branch', () => {
  const config = (text: string | undefined) => ({ '.lockstep.yaml': text })

  test('none there: not configured, which is green', async () => {
    const world = previewWorld(scaledDev)
    world.mirror.commit(BASE, shopFiles(config(undefined)), 'main')
    expect(await run(world)).toMatchObject({ code: 'NOT_CONFIGURED' })
    expect(gate(world)).toMatchObject({ conclusion: 'success', title: expect.stringContaining('Not configured') })
    expect(world.renderer.rendered).toEqual([])
  })

  test('none there, and the pull request brings a broken one: red with its line', async () => {
    const world = previewWorld(config('version: 1\nnonsense: true\n'))
    world.mirror.commit(BASE, shopFiles(config(undefined)), 'main')
    await run(world)
    expect(gate(world)?.conclusion).toBe('failure')
    expect(gate(world)?.annotations?.[0]).toMatchObject({ path: '.lockstep.yaml', level: 'failure' })
  })

  test('a pull request that breaks them is red, and every overlay is looked at', async () => {
    const world = previewWorld(config('version: 2\n'))
    await run(world)
    expect(gate(world)?.conclusion).toBe('failure')
    expect(world.renderer.rendered).toHaveLength(8)
  })

  test('a pull request that mends broken ones can be merged', async () => {
    const world = previewWorld(scaledDev)
    world.mirror.commit(BASE, shopFiles(config('version: 2\n')), 'main')
    await run(world)
    expect(gate(world)?.conclusion).toBe('success')
    const other = previewWorld(config('version: 2\n'))
    other.mirror.commit(BASE, shopFiles(config('version: 2\n')), 'main')
    await run(other)
    expect(gate(other)?.conclusion).toBe('failure')
  })

  test('a broken one there is told with its line, and since when the worker knows of it', async () => {
    const broken = config('version: 2\n')
    const world = previewWorld(broken)
    world.mirror.commit(BASE, shopFiles(broken), 'main')
    const { problems } = await tryLoad(await world.ports.mirror.tree(BASE))
    const since = '2026-11-20T13:00:00Z'
    world.statuses.push(targetStatus('checkout', 'prod', { configurationFault: { problems, since } }))
    await run(world)
    expect(gate(world)?.title).toContain('.lockstep.yaml:1: ')
    expect(gate(world)?.summary).toContain('since 2026-11-20T13:00:00Z')
  })

  test('rules that the pull request changes do not judge it', async () => {
    const relaxed = (shopFiles()['.lockstep.yaml'] as string).replace(
      'drift: { policy: report }',
      'drift: { pullRequests: warn }',
    )
    const world = previewWorld({ ...scaledProd, ...config(relaxed) })
    world.statuses.push(targetStatus('checkout', 'prod', { drift: [SCALED] }))
    await run(world)
    expect(gate(world)?.conclusion).toBe('failure')
    expect(comment(world)).toContain("until it is merged, the base branch's version decides")
  })
})

describe('drift', () => {
  test('a red gate names field, both values and the writer, and what helps', async () => {
    const world = previewWorld(scaledProd)
    world.statuses.push(targetStatus('checkout', 'prod', { sync: 'OutOfSync', drift: [SCALED] }))
    await run(world)
    expect(gate(world)).toMatchObject({
      conclusion: 'failure',
      title:
        'Drift in prod: Deployment/checkout .spec.replicas: live 8, git 6, by kubectl-scale since 2026-11-20T14:09:55Z',
    })
    expect(gate(world)?.summary).toContain('/heal prod')
    expect(world.repository.check('lockstep/drift/prod')?.conclusion).toBe('failure')
  })

  test('that is gone turns the gate of the same commit green again', async () => {
    const world = previewWorld(scaledProd)
    world.statuses.push(targetStatus('checkout', 'prod', { drift: [SCALED] }))
    await run(world)
    world.statuses.splice(0, 1, targetStatus('checkout', 'prod'))
    expect(await regateEnvironment(world.ports, 'prod', signal)).toHaveLength(1)
    expect(gate(world)?.conclusion).toBe('success')
    expect(world.repository.check('lockstep/drift/prod')?.conclusion).toBe('success')
    expect(comment(world)).not.toContain('kubectl-scale')
  })

  test('in an environment nobody touches changes nothing', async () => {
    const world = previewWorld(scaledDev)
    world.statuses.push(targetStatus('checkout', 'prod', { drift: [SCALED] }))
    await run(world)
    expect(gate(world)?.conclusion).toBe('success')
    expect(await regateEnvironment(world.ports, 'prod', signal)).toEqual([])
  })

  test.each(['a public repository', 'a fork'])('shows no live values in %s', async (where) => {
    const world = previewWorld(scaledProd)
    world.repository.isOpenToAll = where === 'a public repository'
    if (where === 'a fork') {
      openFork(world)
      await run(world)
      world.repository.say(7, 'ana', '/plan')
    }
    world.statuses.push(targetStatus('checkout', 'prod', { drift: [SCALED] }))
    await run(world)
    expect(gate(world)?.conclusion).toBe('failure')
    const said = JSON.stringify([world.repository.newest(), world.repository.written])
    expect(said).not.toMatch(/live 8|kubectl-scale|`8`/)
    expect(said).toContain('1 field differs')
  })

  test('facts nobody has, or that are older than a minute, are unknown', async () => {
    for (const statuses of [[], [targetStatus('checkout', 'prod', { observedAt: '2026-11-20T14:08:59Z' })]]) {
      const world = previewWorld(scaledProd)
      world.statuses.push(...statuses)
      expect((await run(world)).decision).toBe('waiting')
      expect(gate(world)).toMatchObject({
        conclusion: 'action_required',
        title: expect.stringMatching(/^Cluster facts unknown in prod/),
      })
    }
  })

  test('facts are not missed where the application is new, or pull requests are only warned', async () => {
    const fresh = previewWorld(scaledDev)
    await run(fresh)
    expect(gate(fresh)?.conclusion).toBe('success')
    const added = previewWorld({
      'apps/new/overlays/prod/kustomization.yaml': 'resources: [d.yaml]\n',
      'apps/new/overlays/prod/d.yaml': deploymentText('new', 1),
    })
    await run(added)
    expect(gate(added)?.conclusion).toBe('success')
  })
})

function openFork(world: World): void {
  world.repository.pullRequests[0] = pullRequest({ head: { ref: 'x', sha: HEAD, fork: true } })
  world.repository.permissions.ana = 'write'
}

describe('forks', () => {
  const fork = async () => {
    const world = previewWorld(scaledDev)
    openFork(world)
    await run(world)
    return world
  }

  test('are not rendered by themselves, and say what would', async () => {
    const world = await fork()
    expect(world.renderer.rendered).toEqual([])
    expect(gate(world)).toMatchObject({ conclusion: 'action_required', title: expect.stringContaining('/plan') })
    expect(comment(world)).toContain('/plan')
  })

  test('are rendered after /plan by somebody with write access, and stay so', async () => {
    const world = await fork()
    world.repository.say(7, 'ana', '/plan')
    await run(world)
    expect(gate(world)?.conclusion).toBe('success')
    expect(comment(world)).toContain('`2` → `5`')
    await run(world)
    expect(gate(world)?.conclusion).toBe('success')
  })

  test('need it again after a push', async () => {
    const world = await fork()
    world.repository.say(7, 'ana', '/plan')
    await run(world)
    world.mirror.commit(OTHER, shopFiles(scaledProd))
    world.repository.pullRequests[0] = pullRequest({ head: { ref: 'x', sha: OTHER, fork: true } })
    await run(world)
    expect(world.repository.check('lockstep/gate', OTHER)?.conclusion).toBe('action_required')
  })

  test.each([
    ['a stranger', 'mallory', '/plan'],
    ['a quote of it', 'ana', '> /plan'],
    ['a mention of it', 'ana', 'shall I write /plan ?'],
  ])('%s does not count', async (_, login, body) => {
    const world = await fork()
    world.repository.say(7, login, body)
    await run(world)
    expect(world.renderer.rendered).toEqual([])
  })

  test('a /plan from before this head was posted does not count', async () => {
    const world = previewWorld(scaledDev)
    openFork(world)
    world.repository.say(7, 'ana', '/plan')
    await run(world)
    await run(world)
    expect(world.renderer.rendered).toEqual([])
  })

  test('cannot write our mark themselves', async () => {
    const world = await fork()
    world.repository.say(7, 'mallory', `<!-- lockstep-rendered:${HEAD} -->`)
    await run(world)
    expect(world.renderer.rendered).toEqual([])
  })
})

describe('races', () => {
  test('a head that moves meanwhile is left to its own preview, its gate finished', async () => {
    const world = previewWorld(scaledDev)
    world.ports.mirror.fetch = async () => {
      world.repository.pullRequests[0] = pullRequest({ head: { ref: 'change', sha: OTHER, fork: false } })
    }
    expect(await run(world)).toMatchObject({ decision: 'nothing', code: 'HEAD_MOVED' })
    expect(world.repository.written).toEqual([])
    expect(world.repository.newest().map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['lockstep/gate', 'cancelled'],
    ])
  })

  test('a pull request closed meanwhile gets no comment', async () => {
    const world = previewWorld(scaledDev)
    world.ports.mirror.fetch = async () => {
      world.repository.pullRequests[0] = pullRequest({ state: 'closed' })
    }
    expect(await run(world)).toMatchObject({ decision: 'nothing', code: 'PULL_REQUEST_GONE' })
    expect(world.repository.written).toEqual([])
  })

  test('closed and unknown pull requests get nothing', async () => {
    const world = previewWorld(scaledDev)
    world.repository.pullRequests[0] = pullRequest({ state: 'closed' })
    expect((await run(world)).code).toBe('PULL_REQUEST_GONE')
    expect((await previewPullRequest(world.ports, 99, signal)).code).toBe('PULL_REQUEST_GONE')
    expect(world.repository.runs).toEqual([])
  })

  test('a base that moved is judged again on the same head, and checks that no longer apply say so', async () => {
    const world = previewWorld({ ...scaledDev, 'README.md': 'other\n' })
    await run(world)
    world.mirror.commit(OTHER, shopFiles(scaledDev), 'main')
    await run(world)
    expect(gate(world)?.title).toBe('Nothing to deploy')
    expect(world.repository.check('lockstep/render/dev')?.title).toBe('Nothing changes here any more')
  })

  test('one pull request that fails does not keep others from their verdict', async () => {
    const world = previewWorld(scaledProd)
    world.statuses.push(targetStatus('checkout', 'prod'))
    await run(world)
    world.mirror.commit(OTHER, shopFiles(scaledProd))
    world.repository.pullRequests.push(pullRequest({ number: 8, head: { ref: 'y', sha: OTHER, fork: false } }))
    await previewPullRequest(world.ports, 8, signal)
    world.mirror.trees.delete(HEAD)
    const outcomes = await regateEnvironment(world.ports, 'prod', signal)
    expect(outcomes.map(({ decision }) => decision)).toEqual(['failed', 'done'])
  })
})

test('gates of a promotion are part of the verdict', async () => {
  const world = previewWorld(scaledDev)
  world.promotion.push({ code: 'SOAK_WAITS', verdict: 'waits', message: 'staging soaks for 34 more minutes' })
  await run(world)
  expect(gate(world)).toMatchObject({ conclusion: 'action_required', title: 'staging soaks for 34 more minutes' })
})

test('the outcome says when drift that is being healed would begin to count', async () => {
  const world = previewWorld(scaledProd)
  const healing = (shopFiles()['.lockstep.yaml'] as string).replace('{ policy: report }', '{ policy: heal }')
  world.mirror.commit(BASE, shopFiles({ '.lockstep.yaml': healing }), 'main')
  world.mirror.commit(HEAD, shopFiles({ ...scaledProd, '.lockstep.yaml': healing }))
  world.statuses.push(targetStatus('checkout', 'prod', { drift: [SCALED] }))
  expect(await run(world)).toMatchObject({ decision: 'done', details: { conclusion: 'success', againInMs: 5_000 } })
})
