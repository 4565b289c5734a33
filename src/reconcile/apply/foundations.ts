import type { Cluster } from '../../model/cluster.ts'
import type { Problem } from '../../model/errors.ts'
import type { JsonObject } from '../../model/json.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { kindsOf } from '../live/kinds-of.ts'
import { conditionOf, objectsAt, textAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import type { SyncAction } from '../pass/sync-plan.ts'
import { stageOf } from './sync-stage.ts'

const LONGEST_MS = 30_000
const FIRST_PAUSE_MS = 10
const PAUSE_MS = 200

/** Namespaces and definitions: what the dry runs of all other objects stand on. */
export function isFoundation({ object }: Pick<SyncAction, 'object'>): boolean {
  return stageOf(object.key) === 'foundations'
}

/** True when the object's dry run cannot succeed before this foundation is in the cluster. */
export function standsOn(object: DesiredObject, foundation: DesiredObject): boolean {
  const { key, body } = foundation
  if (key.kind === 'Namespace') return object.key.namespace === key.name
  const defines = [textAt(body, 'spec', 'group'), textAt(body, 'spec', 'names', 'kind')]
  return defines[0] === object.key.group && defines[1] === object.key.kind
}

/**
 * Waits until the server serves the kinds of definitions that changed, or that it does not know yet (an earlier pass did not come that
 * far). Answers a problem for each that is not served after 30 s, or that the server does not accept.
 */
export async function untilServed(
  session: Session,
  foundations: readonly SyncAction[],
  rest: readonly SyncAction[],
): Promise<Problem[]> {
  const { clock } = session.ports
  const deadline = clock.now().getTime() + LONGEST_MS
  const problems: Problem[] = []
  for (const { object, verb } of foundations) {
    if (object.key.kind === 'Namespace') continue
    if (verb === 'unchanged' && (await areKnown(session, object, rest))) continue
    const reason = await unservedReason(session, object, deadline)
    if (reason !== undefined) problems.push(unservedProblem(object, reason))
  }
  return problems
}

async function areKnown(
  { cluster }: Session,
  definition: DesiredObject,
  rest: readonly SyncAction[],
): Promise<boolean> {
  const users = rest.filter(({ object }) => standsOn(object, definition))
  const scopes = await Promise.all(kindsOf(users.map(({ object }) => object.key)).map((kind) => cluster.scope(kind)))
  return scopes.every((scope) => scope !== undefined)
}

/** undefined: served. */
async function unservedReason(
  session: Session,
  definition: DesiredObject,
  deadline: number,
): Promise<string | undefined> {
  const { clock } = session.ports
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, PAUSE_MS)) {
    const { served, names, message } = await stateOf(session, definition)
    if (served) return undefined
    if (names === 'False' || clock.now().getTime() > deadline) return message
    await clock.sleep(pause, session.signal)
  }
}

async function stateOf({ cluster, view, signal }: Session, { key, body }: DesiredObject) {
  signal.throwIfAborted()
  const live = (await cluster.get(key)) ?? {}
  if (live.metadata) view.take(live)
  const [established, accepted] = [conditionOf(live, 'Established'), conditionOf(live, 'NamesAccepted')]
  const message = [accepted, established].find((condition) => condition?.status === 'False')?.message
  const known = established?.status === 'True' && (await allServed(cluster, body, live))
  return { served: known, names: accepted?.status, message: message || 'discovery does not list it' }
}

async function allServed(cluster: Cluster, body: JsonObject, live: JsonObject): Promise<boolean> {
  const group = textAt(body, 'spec', 'group') ?? ''
  const kind = textAt(body, 'spec', 'names', 'kind') ?? ''
  const served = objectsAt(live, 'spec', 'versions').filter((version) => version.served === true)
  const scopes = await Promise.all(served.map(({ name }) => cluster.scope({ group, version: String(name), kind })))
  return scopes.every((scope) => scope !== undefined)
}

function unservedProblem({ key, body }: DesiredObject, reason: string): Problem {
  const kind = `${textAt(body, 'spec', 'names', 'kind')}.${textAt(body, 'spec', 'group')}`
  return {
    code: 'DEFINITION_NOT_SERVED',
    message: `${resourceLabel(key)} is applied, and the API server does not serve ${kind}: ${reason}.`,
    object: resourceLabel(key),
    remedy: 'Correct the definition; where its names are taken, remove the other one. It is tried again.',
  }
}

/** Objects that did not change, of kinds whose definition did: the server is asked whether it still takes them. */
export function recheckedFor(foundations: readonly SyncAction[], rest: readonly SyncAction[]): SyncAction[] {
  const changed = foundations.filter(({ verb, object }) => verb === 'changed' && object.key.kind !== 'Namespace')
  const stands = (action: SyncAction) => changed.some(({ object }) => standsOn(action.object, object))
  return rest.map((action) =>
    action.verb === 'unchanged' && stands(action) ? { ...action, verb: 'changed', recheck: true } : action,
  )
}
