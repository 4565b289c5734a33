import type { JsonObject } from '../../model/json.ts'
import type { DesiredObject } from '../desired/desired.ts'
import { withoutField } from '../fields/without-field.ts'
import { valueAt } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import { type Contest, isAutoscaled, scaleTargetOf, withoutReplicas } from './autoscaler.ts'

/** The live autoscalers of a namespace. */
export type Autoscalers = (namespace: string) => Promise<readonly JsonObject[]>

export function autoscalersOf({ view, signal }: Pick<Session, 'view' | 'signal'>): Autoscalers {
  return (namespace) => view.autoscalers(namespace, signal)
}

/** Together with those that the same render brings. */
export function withDesired(live: Autoscalers, objects: readonly DesiredObject[]): Autoscalers {
  let wanted: readonly JsonObject[] | undefined
  return async (namespace) => {
    wanted ??= objects.map(({ key, body }) => scaleTargetOf(key, body)).filter((one) => one !== undefined)
    return [...wanted, ...(await live(namespace))]
  }
}

/** What to apply: fields that an autoscaler has taken are left to it. */
export async function bodyToApply(
  object: DesiredObject,
  contest: Contest | undefined,
  autoscalers: Autoscalers,
): Promise<{ body: JsonObject; autoscaled: boolean }> {
  const body = (contest?.scaled ?? []).reduce(withoutField, object.body)
  const wanted = object.key.namespace !== undefined && valueAt(body, 'spec', 'replicas') !== undefined
  const contested = wanted && contest?.replicasContested === true
  const scaled = contested && isAutoscaled(object.key, await autoscalers(object.key.namespace as string))
  return { body: scaled ? withoutReplicas(body) : body, autoscaled: scaled || body !== object.body }
}
