import type { JsonObject } from '../../model/json.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { valueAt } from '../live/live-object.ts'
import type { LiveRecord } from '../live/live-record.ts'
import type { Session } from '../pass/session.ts'
import { isAutoscaled, withoutReplicas } from './autoscaler.ts'

/** The live autoscalers of a namespace. */
export type Autoscalers = (namespace: string) => Promise<readonly JsonObject[]>

export function autoscalersOf({ view, signal }: Pick<Session, 'view' | 'signal'>): Autoscalers {
  return (namespace) => view.autoscalers(namespace, signal)
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
