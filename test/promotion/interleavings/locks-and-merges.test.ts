import { AsyncLocalStorage } from 'node:async_hooks'
import { beforeAll, expect, test } from '@jest/globals'
import { hold, unhold } from '../../../src/promotion/commands/hold.ts'
import { lock, unlock } from '../../../src/promotion/commands/lock.ts'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { UNDER_WAY_MS } from '../../../src/promotion/pulls/merge-claim.ts'
import { mergePromotions } from '../../../src/promotion/pulls/merge-promotions.ts'
import { readSnapshot } from '../../../src/promotion/pulls/snapshot.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import { isStatePath, type PromotionState, parseState } from '../../../src/promotion/state/state.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'
import { Crash, PromotionWorld } from '../../support/promotion-world.ts'
import { Turns } from './turns.ts'

const STATE = 'lockstep/state'
const INTERLEAVINGS = 1000

let world: PromotionWorld
let start: () => void
const actor = new AsyncLocalStorage<string>()

/** Two promotions into staging that merge by themselves, both open and green. */
beforeAll(async () => {
  const { environments } = threeEnvironments()
  const auto = environments.map((each) => (each.name === 'staging' ? { ...each, promote: 'auto' as const } : each))
  world = new PromotionWorld(['v2', 'v1', 'v1'], { environments: auto })
  world.push('cart', { 'apps/cart/overlays/dev/kustomization.yaml': cartV2() })
  await world.settle()
  await advancePromotions(world.ports())
  world.greenGates()
  expect(world.openPulls()).toHaveLength(2)
  start = remember()
})

function cartV2(): string {
  const path = 'apps/cart/overlays/staging/kustomization.yaml'
  return (world.git.file('main', path) ?? '').replace(/newTag: .*/, 'newTag: v9')
}

/** Puts the world back to where it is now. */
function remember(): () => void {
  const { now } = world
  const [refs, kept] = [new Map(world.git.refs), new Map(world.git.kept)]
  const lists = [world.pulls, world.runs, world.comments, world.statuses, world.jobs] as unknown[][]
  const contents = lists.map((list) => [...list])
  return () => {
    world.now = now
    world.merges = 0
    world.turn = undefined
    for (const [map, was] of [
      [world.git.refs, refs],
      [world.git.kept, kept],
    ] as const) {
      map.clear()
      for (const [key, value] of was) map.set(key, value)
    }
    for (const [i, list] of lists.entries()) list.splice(0, list.length, ...(contents[i] ?? []))
  }
}

function stateAt(commit: string): PromotionState {
  return parseState(new Map([...world.git.stored(commit).files].filter(([path]) => isStatePath(path))))
}

/** The commits of the state branch, newest first, with the state after and before each. */
function* history(): Generator<{ after: PromotionState; before: PromotionState }> {
  for (let sha = world.git.refs.get(STATE); sha; sha = world.git.stored(sha).parents[0]) {
    const [parent] = world.git.stored(sha).parents
    yield { after: stateAt(sha), before: parent ? stateAt(parent) : parseState(new Map()) }
  }
}

/** What forbids the merge of a pull request into staging: what was written down when it had not claimed it. */
function forbidden(number: number): string[] {
  const found: string[] = []
  const tip = stateAt(world.git.refs.get(STATE) ?? '')
  const stops = [
    ...['staging', 'all'].map((name) => (state: PromotionState) => state.locks.get(name)),
    (state: PromotionState) => state.holds.get(String(number)),
  ]
  for (const stop of stops) {
    const standing = stop(tip)
    if (!standing) continue
    const written = history().find(
      ({ after, before }) => stop(after)?.at === standing.at && stop(before)?.at !== standing.at,
    )
    const claim = written?.before.claims.get('staging')
    if (claim?.pullRequest !== number) found.push(JSON.stringify(standing))
  }
  const { pullRequest, ending } = tip.claims.get('staging') ?? {}
  if (pullRequest !== number) found.push('it holds no claim')
  if (ending && world.now - Date.parse(ending.at) >= UNDER_WAY_MS) found.push('its claim ended long ago')
  return found
}

interface Story {
  readonly violations: string[]
  /** Lock answers that do not tell of the merge that was in flight when they were written, or tell of one that was not. */
  readonly lies: string[]
}

/** Rounds of three processes, one of which dies, commands, and time that passes, all at once in the order of a seed. */
async function play(seed: number): Promise<Story> {
  start()
  const turns = new Turns(seed)
  const story: Story = { violations: [], lies: [] }
  const merge = world.merge.bind(world)
  world.merge = (number, ...rest) => {
    story.violations.push(...forbidden(number))
    return merge(number, ...rest)
  }
  const mortal = `process ${1 + turns.below(3)}`
  let calls = turns.below(40)
  // Before it looks at its claim for the last time, or after that.
  const slow = turns.below(2) === 0 ? 'pulls.merge' : 'the request of a merge'
  world.turn = async (name) => {
    if (actor.getStore() === mortal && --calls === 0) turns.kill(mortal)
    await turns.wait(actor.getStore() ?? 'nobody', name === slow)
  }
  const as = <T>(name: string, act: () => Promise<T>) => actor.run(name, act)
  const round = (name: string) =>
    as(name, async () => {
      const ports = world.ports(name)
      const snapshot = await readSnapshot(ports)
      if (snapshot) await mergePromotions(ports, snapshot, await ports.repository.pulls.listOpen())
    }).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error
    })
  const pull = world.pulls[turns.below(2)]
  const context = (name: string, body: string) => {
    const { comment } = world.say(1, 'ana', body)
    return { ports: world.ports(name), pull: pull as NonNullable<typeof pull>, comment }
  }
  const locking = (name: string, environment: string) =>
    as(name, async () => {
      const own = context(name, `/lock ${environment}`)
      const { outcome } = await lock(own, { name: 'lock', environment })
      const written = history().find(
        ({ after, before }) =>
          after.locks.get(environment)?.at === own.comment.createdAt &&
          before.locks.get(environment)?.at !== own.comment.createdAt,
      )
      const claimed = (written?.before.claims.size ?? 0) > 0
      if (claimed !== outcome.message.includes('One merge in flight')) story.lies.push(outcome.message)
    })
  const commands = [
    () => locking('locks staging', 'staging'),
    () => locking('locks all', 'all'),
    () => as('holds', () => hold(context('holds', '/hold'), { name: 'hold' })),
    () => as('unlocks', () => unlock(context('unlocks', '/unlock all'), { name: 'unlock', environment: 'all' })),
    () => as('unholds', () => unhold(context('unholds', '/unhold'))),
  ]
  const actors: Record<string, Promise<unknown>> = {
    'process 1': round('process 1'),
    'process 2': round('process 2').then(() => round('process 2')),
    'process 3': round('process 3'),
    time: as('time', async () => {
      for (let i = 0; i < 6; i++) {
        for (let j = 0; j < 10; j++) await turns.wait('time')
        world.now += 25_000
        await world.settle()
      }
    }),
  }
  for (const [i, command] of commands.entries()) if (turns.below(2) === 0) actors[`command ${i}`] = command()
  await turns.run(actors)
  world.merge = merge
  world.turn = undefined
  return story
}

/** Calm rounds of a process that lives, without locks and holds, a minute apart. */
async function calmDown(): Promise<void> {
  const ports = world.ports('process 9')
  for (const environment of ['staging', 'all']) {
    const { comment } = world.say(1, 'ana', `/unlock ${environment}`)
    await unlock({ ports, pull: world.pulls[0] as never, comment }, { name: 'unlock', environment })
  }
  for (const pull of world.pulls.slice(0, 2)) {
    const { comment } = world.say(pull.number, 'ana', '/unhold')
    await unhold({ ports, pull, comment })
  }
  for (let i = 0; i < 4; i++) {
    world.now += 61_000
    await world.settle()
    world.greenGates()
    await advancePromotions(ports)
  }
}

test(`${INTERLEAVINGS} interleavings of locks, holds, claims, deaths and merges: nothing merges that a lock forbids, nothing twice, nothing is forgotten`, async () => {
  let merged = 0
  let inFlight = 0
  for (let seed = 1; seed <= INTERLEAVINGS; seed++) {
    const story = await play(seed)
    expect({ seed, ...story }).toEqual({ seed, violations: [], lies: [] })
    if (world.merges > 0) merged++
    if (history().some(({ after, before }) => after.locks.size > before.locks.size && before.claims.size > 0))
      inFlight++
    if (seed % 10 > 0) continue
    await calmDown()
    const { claims } = await readState(world.ports())
    const states = world.pulls.slice(0, 2).map((pull) => pull.merged)
    expect({ seed, states, merges: world.merges, claims: claims.size }).toEqual({
      seed,
      states: [true, true],
      merges: 2,
      claims: 0,
    })
  }
  // The interleavings meet what they are about.
  expect(merged).toBeGreaterThan(INTERLEAVINGS / 10)
  expect(inFlight).toBeGreaterThan(INTERLEAVINGS / 50)
}, 240_000)
