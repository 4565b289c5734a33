import { printTrack } from '../../config/print-track.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Outcome } from '../../model/outcome.ts'
import { renderTarget, type TargetRender } from '../desired/target-render.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Session } from '../pass/session.ts'
import type { Source } from '../ports.ts'
import { configurationWait } from './configuration-wait.ts'
import type { Marks } from './marks.ts'
import { type Newest, newestOf } from './newest-of.ts'
import { type Precedent, turnOf, type Wait } from './turn.ts'
import { beforeOf, turnFacts } from './turn-facts.ts'

/** What a target is to hold now, and why it is not the newest. */
export interface Assignment {
  readonly source: Source
  readonly revision: string
  readonly rendered: TargetRender
  /** It stays at the revision it has; only drift is put back. */
  readonly wait?: Wait
  /** What decided that it waits. */
  readonly judgedBy?: readonly Precedent[]
  /** Nothing may be done at all, which is no fault. */
  readonly idle?: Outcome
  readonly marks: Marks
  /** Git has something newer for the target by now. */
  superseded(): Promise<boolean>
}

/** What Git says of a target now. */
export interface Found {
  readonly source: Source
  readonly newest: Newest
}

/** Throws a LockstepError where Git says nothing that could be applied. */
export async function findNewest({ ports, ref, target }: Session): Promise<Found> {
  const source = await ports.source(ref)
  return { source, newest: await newestOf(source, target) }
}

/** Renders what was found. `inventory`: as the cluster has it. Throws as `findNewest`. */
export async function assign(session: Session, { source, newest }: Found, inventory: Inventory): Promise<Assignment> {
  const rendered = await renderNewest(session, newest)
  const turn = newest.environment.suspend ? undefined : await waitOf(session, newest, rendered, inventory)
  const wait = turn?.wait
  const superseded = async () => (await newestOf(source, session.target)).revision !== newest.revision
  const common = { source, superseded, marks: marksNow(newest, wait), ...(turn && { judgedBy: turn.judgedBy }) }
  const whole = { ...common, revision: newest.revision, rendered }
  if (newest.environment.suspend) return { ...whole, idle: suspended(newest) }
  if (!wait) return whole
  const kept = await keptBack(session, source, newest, inventory)
  return kept ? { ...common, ...kept, wait } : { ...whole, wait, idle: waitOutcome(wait) }
}

/** What the target would hold if nothing kept it back. */
export function renderNewest({ ports, target, signal }: Session, { tree, config }: Newest): Promise<TargetRender> {
  return renderTarget(ports, tree, target, signal, config)
}

/** Only a new render waits for others: what the target holds in full, it may hold on to. */
async function waitOf(
  session: Session,
  newest: Newest,
  { render: { digest } }: TargetRender,
  inventory: Inventory,
): Promise<{ wait: Wait; judgedBy: readonly Precedent[] } | undefined> {
  if (newest.fault) return { wait: configurationWait(newest.fault), judgedBy: [] }
  const { revision, attempted, renderDigest } = inventory
  if (renderDigest === digest && revision === attempted) return undefined
  const before = await beforeOf(newest, session.target, session.ports.settings?.ignoreWaves)
  if (before.order.length === 0 && before.waves.length === 0) return undefined
  const facts = await turnFacts(session.ports, session.ref, newest, before)
  const wait = turnOf(facts)
  return wait && { wait, judgedBy: [...facts.before, ...facts.waves] }
}

/** The commit whose objects were written last, judged by the rules of today; undefined where nothing was, or it is gone. */
async function keptBack(session: Session, source: Source, newest: Newest, { attempted }: Inventory) {
  const tree = attempted === undefined ? undefined : await source.tree(attempted)
  if (!tree || attempted === undefined) return undefined
  const rendered = await renderNewest(session, { ...newest, tree }).catch(notThere)
  return rendered && { revision: attempted, rendered }
}

function notThere(error: unknown): undefined {
  if (error instanceof LockstepError && error.kind === 'refused') return undefined
  throw error
}

function marksNow({ environment: { track, suspend } }: Newest, wait: Wait | undefined): Marks {
  return {
    ...(track && { track: printTrack(track) }),
    ...(suspend && { suspended: true }),
    ...(wait && { waitingFor: wait.waitingFor, waitsOn: wait.waitsOn }),
  }
}

function suspended({ environment }: Newest): Outcome {
  return {
    decision: 'refused',
    code: 'TARGET_SUSPENDED',
    message: `${environment.name} is suspended, so nothing is applied, healed or pruned.`,
    remedy: 'Drop `suspend` from the environment in .lockstep.yaml to go on.',
  }
}

export function waitOutcome({ code, message, againInMs }: Wait): Outcome {
  if (code === 'CONFIGURATION_WAITS') return { decision: 'refused', code, message, remedy: 'Mend .lockstep.yaml.' }
  return { decision: 'waiting', code, message, ...(againInMs !== undefined && { details: { againInMs } }) }
}
