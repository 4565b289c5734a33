import type { JsonObject } from '../../model/json.ts'
import { conditionOf, objectsAt, textAt } from '../live/live-object.ts'
import { byCondition, words } from './conditions.ts'
import { degraded, HEALTHY, type HealthRule, type HealthVerdict, progressing } from './verdict.ts'

export const gatewayClassHealth: HealthRule = (object) => byCondition(object, 'Accepted', degraded)

/** Accepted by its controller, and its listeners too. An address is not waited for. */
export const gatewayHealth: HealthRule = (object) => {
  const accepted = byCondition(object, 'Accepted', degraded)
  if (accepted.health !== 'Healthy') return accepted
  for (const listener of objectsAt(object, 'status', 'listeners')) {
    const refs = conditionOf({ status: listener }, 'ResolvedRefs')
    if (refs?.status === 'False')
      return degraded(`listener ${textAt(listener, 'name')}: ${words(refs, 'refers to nothing')}`)
  }
  const programmed = conditionOf(object, 'Programmed')
  if (programmed?.status !== 'False' || programmed.reason === 'AddressNotAssigned') return HEALTHY
  return programmed.reason === 'Pending'
    ? progressing(words(programmed, 'is pending'))
    : degraded(words(programmed, 'is not programmed'))
}

/** HTTPRoute and its siblings: every parent has to take it. */
export const routeHealth: HealthRule = (object) => {
  const generation = object.metadata && (object.metadata as JsonObject).generation
  const parents = objectsAt(object, 'status', 'parents')
  if (parents.length === 0) return progressing('no gateway has taken it')
  const verdicts = parents.map((parent) => parentHealth(parent, Number(generation)))
  return (
    verdicts.find(({ health }) => health === 'Degraded') ??
    verdicts.find(({ health }) => health !== 'Healthy') ??
    HEALTHY
  )
}

function parentHealth(parent: JsonObject, generation: number): HealthVerdict {
  const name = textAt(parent, 'parentRef', 'name')
  const stale = objectsAt(parent, 'conditions').some(
    ({ observedGeneration }) => Number(observedGeneration ?? generation) < generation,
  )
  if (stale) return progressing(`gateway ${name} has not looked at its newest spec`)
  for (const type of ['Accepted', 'ResolvedRefs']) {
    const condition = conditionOf({ status: parent }, type)
    if (condition?.status === 'False') return degraded(`gateway ${name}: ${words(condition, `not ${type}`)}`)
    if (condition?.status !== 'True' && type === 'Accepted') return progressing(`gateway ${name} has not accepted it`)
  }
  return HEALTHY
}
