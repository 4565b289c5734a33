import type { DesiredObject } from '../desired/desired.ts'
import { objectHealth } from '../health/health.ts'
import { objectsAt, textAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import type { SyncAction } from '../pass/sync-plan.ts'
import { stageOf } from './sync-stage.ts'

const LONGEST_MS = 30_000
const PAUSE_MS = 50

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

/** Waits until the server serves the kinds that were just defined; after 30 s the objects' own dry runs say what is wrong. */
export async function untilServed(session: Session, definitions: readonly DesiredObject[]): Promise<void> {
  const { clock } = session.ports
  const deadline = clock.now().getTime() + LONGEST_MS
  for (const definition of definitions) {
    while (clock.now().getTime() < deadline && !(await isServed(session, definition)))
      await clock.sleep(PAUSE_MS, session.signal)
  }
}

async function isServed({ cluster, signal }: Session, { key, body }: DesiredObject): Promise<boolean> {
  signal.throwIfAborted()
  const live = await cluster.get(key)
  if (!live || objectHealth(live).health !== 'Healthy') return false
  const group = textAt(body, 'spec', 'group') ?? ''
  const kind = textAt(body, 'spec', 'names', 'kind') ?? ''
  const served = objectsAt(live, 'spec', 'versions').filter((version) => version.served === true)
  const scopes = await Promise.all(served.map(({ name }) => cluster.scope({ group, version: String(name), kind })))
  return scopes.every((scope) => scope !== undefined)
}
