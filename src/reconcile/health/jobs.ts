import { conditionOf, listAt, textAt, valueAt } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, type HealthVerdict, progressing, suspended } from './verdict.ts'

/** Healthy is a Job that completed: one that only started says nothing yet. */
export const jobHealth: HealthRule = (object) => {
  const failed = conditionOf(object, 'Failed')
  if (failed?.status === 'True') return degraded(failed.message || 'the Job failed')
  if (conditionOf(object, 'Complete')?.status === 'True') return HEALTHY
  return valueAt(object, 'spec', 'suspend') === true ? SUSPENDED : RUNNING
}

const SUSPENDED = suspended('the Job is suspended')
const RUNNING = progressing('has not completed')

/** True for a verdict of `jobHealth` about a Job that has neither completed nor failed; what other rules say tells nothing of that. */
export function isUnfinished({ health, message }: HealthVerdict): boolean {
  return [SUSPENDED, RUNNING].some((verdict) => verdict.health === health && verdict.message === message)
}

/** Degraded when the last run that was due did not succeed and none is running. */
export const cronJobHealth: HealthRule = (object) => {
  if (valueAt(object, 'spec', 'suspend') === true) return HEALTHY
  const due = textAt(object, 'status', 'lastScheduleTime')
  const succeeded = textAt(object, 'status', 'lastSuccessfulTime')
  const running = listAt(object, 'status', 'active').length > 0
  if (!due || running || (succeeded && Date.parse(succeeded) >= Date.parse(due))) return HEALTHY
  return degraded(`the run of ${due} did not succeed`)
}
