import { conditionOf } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule } from './verdict.ts'

const FAILURES = /^(FailedGetScale|FailedUpdateScale|FailedGet\w*Metric|FailedComputeMetricsReplicas|InvalidSelector)$/

export const autoscalerHealth: HealthRule = (object) => {
  const conditions = ['AbleToScale', 'ScalingActive'].map((type) => conditionOf(object, type))
  const failed = conditions.find((condition) => condition?.status === 'False' && FAILURES.test(condition.reason))
  return failed ? degraded(failed.message || failed.reason) : HEALTHY
}
