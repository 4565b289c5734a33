import type { JsonObject } from '../../model/json.ts'
import type { Health } from '../../model/target-status.ts'
import { conditionOf, numberAt, textAt } from '../live/live-object.ts'
import { autoscalerHealth } from './autoscaling.ts'
import { readyHealth } from './conditions.ts'
import { definitionHealth } from './definitions.ts'
import { disruptionBudgetHealth } from './disruption.ts'
import { cronJobHealth, jobHealth } from './jobs.ts'
import { serviceHealth } from './network.ts'
import { podHealth } from './pods.ts'
import { volumeClaimHealth } from './storage.ts'
import { degraded, HEALTHY, type HealthRule, type HealthVerdict, progressing } from './verdict.ts'
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './workloads.ts'

/** By `group/Kind`; kinds without a rule are judged by their Ready condition, where they have one. */
const RULES: ReadonlyMap<string, HealthRule> = new Map([
  ['apps/Deployment', deploymentHealth],
  ['apps/StatefulSet', statefulSetHealth],
  ['apps/DaemonSet', daemonSetHealth],
  ['apps/ReplicaSet', replicaSetHealth],
  ['batch/Job', jobHealth],
  ['batch/CronJob', cronJobHealth],
  ['/Pod', podHealth],
  ['/PersistentVolumeClaim', volumeClaimHealth],
  ['/Service', serviceHealth],
  ['networking.k8s.io/Ingress', () => HEALTHY],
  ['autoscaling/HorizontalPodAutoscaler', autoscalerHealth],
  ['policy/PodDisruptionBudget', disruptionBudgetHealth],
  ['apiextensions.k8s.io/CustomResourceDefinition', definitionHealth],
])

/** Health of one live object, in kstatus' order of questions; `message` says what it waits for or what failed. */
export function objectHealth(object: JsonObject): HealthVerdict {
  return beforeItsKind(object) ?? ruleOf(object)(object)
}

function beforeItsKind(object: JsonObject): HealthVerdict | undefined {
  if (textAt(object, 'metadata', 'deletionTimestamp')) return progressing('is being deleted')
  const observed = numberAt(object, 'status', 'observedGeneration')
  if (observed !== undefined && observed !== numberAt(object, 'metadata', 'generation')) {
    return progressing('the newest spec has not been looked at by its controller')
  }
  const reconciling = conditionOf(object, 'Reconciling')
  if (reconciling?.status === 'True') return progressing(reconciling.message || 'is reconciling')
  const stalled = conditionOf(object, 'Stalled')
  return stalled?.status === 'True' ? degraded(stalled.message || 'is stalled') : undefined
}

function ruleOf(object: JsonObject): HealthRule {
  const [group = ''] = String(object.apiVersion).includes('/') ? String(object.apiVersion).split('/') : ['']
  return RULES.get(`${group}/${object.kind}`) ?? readyHealth
}

/** Worst last, as in Argo CD. */
const ORDER: readonly Health[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown']

/** Health of a target is that of its worst object; without objects it is Healthy. */
export function worstHealth(healths: Iterable<Health>): Health {
  const ranks = [...healths].map((health) => ORDER.indexOf(health))
  return ORDER[Math.max(0, ...ranks)] ?? 'Unknown'
}
