import { describe, expect, test } from '@jest/globals'
import { REASONS as CLUSTER_REASONS } from '../../../src/adapters/kubernetes/reasons.ts'
import { mapLimited } from '../../../src/model/map-limited.ts'
import type { Outcome } from '../../../src/model/outcome.ts'
import { REASONS } from '../../../src/reconcile/reasons.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { type Fault, startFaultProxy } from '../../support/fault-proxy.ts'
import { EXPIRED, FAULTS } from '../../support/faults.ts'
import { FaultyTarget } from '../../support/faulty-target.ts'

const plane = useControlPlane()

/** Requests of a pass by what they are for, as `METHOD path?query`. */
const PLACES: Readonly<Record<string, (namespace: string) => RegExp>> = {
  list: () => /^GET \/api\/v1\/configmaps\?(?!.*watch=true)/,
  'inventory read': () => /^GET .*\/namespaces\/lockstep-system\/configmaps/,
  'dry run': (namespace) => new RegExp(`^PATCH .*/namespaces/${namespace}/.*dryRun=All`),
  'inventory write': () => /^PATCH .*\/namespaces\/lockstep-system\/configmaps/,
  apply: (namespace) => new RegExp(`^PATCH (?!.*dryRun).*/namespaces/${namespace}/`),
  prune: (namespace) => new RegExp(`^DELETE .*/namespaces/${namespace}/`),
}

interface Cell {
  readonly place: string
  readonly fault: Fault
  readonly times: number
  readonly skip?: number
}
let cells = 0

/** One pass through the fault, then what it did and whether the passes after it finish the work. */
async function trouble({ place, fault, times, skip }: Cell) {
  const target = await FaultyTarget.prepare(plane, `cell-${++cells}`)
  const proxy = await startFaultProxy(plane.local.kubeconfig)
  const requestTimeoutMs = fault === 'hang' ? 2_000 : 10_000
  const cluster = await plane.open({ kubeconfig: proxy.kubeconfig, requestTimeoutMs })
  proxy.inject((PLACES[place] as (namespace: string) => RegExp)(target.namespace), fault, times, skip)
  const outcome = await target.pass(cluster)
  const { struck } = proxy
  await cluster.close()
  await proxy.close()
  return {
    place,
    end: `${outcome.decision} ${outcome.code}`,
    unclear: unclear(outcome),
    struck: struck > 0,
    harm: await target.harm(),
    unfinished: await target.unfinished(),
  }
}

/** What a person could not act on. */
function unclear({ decision, code, message, remedy }: Outcome): string[] {
  const well = decision === 'done' || decision === 'nothing'
  return [
    ...(code in REASONS || code in CLUSTER_REASONS ? [] : [`${code} is no listed reason`]),
    ...(message ? [] : ['it has no message']),
    ...(well || remedy ? [] : ['it says no remedy']),
  ]
}

type Ends = Awaited<ReturnType<typeof trouble>>[]
const clean = (place: string) => ({ place, unclear: [], struck: true, harm: [], unfinished: [] })

/** Cells at one time: most of their time is waiting, but more of them would wait for each other. */
const AT_ONCE = 12

/** Starts every fault at every place; answers the ends by the fault's name. */
function inEveryPlace(times: number): (fault: string) => Promise<Ends> {
  let ends: Promise<Map<string, Ends>> | undefined
  const all = Object.entries(FAULTS).flatMap(([name, fault]) =>
    Object.keys(PLACES).map((place) => ({ name, place, fault, times })),
  )
  const run = async () => {
    const found = await mapLimited(all, AT_ONCE, async (cell) => ({ name: cell.name, end: await trouble(cell) }))
    const byFault = Map.groupBy(found, ({ name }) => name)
    return new Map([...byFault].map(([name, cells]) => [name, cells.map(({ end }) => end)]))
  }
  return async (fault) => {
    ends ??= run()
    return (await ends).get(fault) ?? []
  }
}

describe('a request of a pass that meets, once,', () => {
  const endsOf = inEveryPlace(1)
  test.each(Object.keys(FAULTS))('%s: the pass does its work', async (fault) => {
    const ends = await endsOf(fault)
    expect(ends).toEqual(Object.keys(PLACES).map((place) => ({ ...clean(place), end: 'done RECONCILED' })))
  }, 120_000)
})

describe('requests of a pass that meet, again and again,', () => {
  const endsOf = inEveryPlace(1_000)
  test.each(Object.keys(FAULTS))('%s: it says what failed, and the next pass does the work', async (fault) => {
    const ends = await endsOf(fault)
    const failed = expect.stringMatching(/^failed /)
    expect(ends).toEqual(Object.keys(PLACES).map((place) => ({ ...clean(place), end: failed })))
  }, 120_000)
})

describe('half-way', () => {
  test.each(['dry run', 'apply', 'prune'])('%s: the second object and all after it meet 503', async (place) => {
    const end = await trouble({ place, fault: FAULTS['503'], times: 1_000, skip: 1 })
    expect(end).toEqual({ ...clean(place), end: expect.stringMatching(/^failed /) })
  }, 60_000)
})

describe('a list', () => {
  test('whose version expired is asked for again', async () => {
    const end = await trouble({ place: 'list', fault: EXPIRED, times: 1 })
    expect(end).toEqual({ ...clean('list'), end: 'done RECONCILED' })
  }, 60_000)

  test('that always expires ends the pass, and the next one works', async () => {
    const end = await trouble({ place: 'list', fault: EXPIRED, times: 1_000 })
    expect(end).toEqual({ ...clean('list'), end: expect.stringMatching(/^(failed|refused) /) })
  }, 60_000)

  test('that comes slowly is waited for', async () => {
    const end = await trouble({ place: 'list', fault: { slowMs: 20 }, times: 1_000 })
    expect(end).toEqual({ ...clean('list'), end: 'done RECONCILED' })
  }, 60_000)
})
