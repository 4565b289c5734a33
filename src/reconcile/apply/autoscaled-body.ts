import type { JsonObject } from '../../model/json.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { valueAt } from '../live/live-object.ts'
import type { LiveRecord } from '../live/live-record.ts'
import type { Session } from '../pass/session.ts'
import { AUTOSCALERS, isAutoscaled, withoutReplicas } from './autoscaler.ts'

/** The live autoscalers of a namespace; asked for once a pass. */
export type Autoscalers = (namespace: string) => Promise<readonly JsonObject[]>

export function autoscalersOf(session: Session): Autoscalers {
  const known = new Map<string, Promise<readonly JsonObject[]>>()
  return (namespace) => {
    const found = known.get(namespace) ?? session.cluster.list(AUTOSCALERS, { namespace }).then(({ items }) => items)
    known.set(namespace, found)
    return found
  }
}

/** What to apply: `spec.replicas` is left to an autoscaler that has taken it. */
export async function bodyToApply(
  object: DesiredObject,
  live: Pick<LiveRecord, 'replicasContested'> | undefined,
  autoscalers: Autoscalers,
): Promise<{ body: JsonObject; autoscaled: boolean }> {
  const wanted = object.key.namespace !== undefined && valueAt(object.body, 'spec', 'replicas') !== undefined
  const contested = wanted && live?.replicasContested === true
  const autoscaled = contested && isAutoscaled(object.key, await autoscalers(object.key.namespace as string))
  return { body: autoscaled ? withoutReplicas(object.body) : object.body, autoscaled }
}
