import { conditionOf, textAt } from '../live/live-object.ts'
import { byCondition, words } from './conditions.ts'
import { degraded, HEALTHY, type HealthRule, progressing } from './verdict.ts'

/** Provider, Configuration and Function, and their revisions. */
export const packageHealth: HealthRule = (object) => {
  const installed = conditionOf(object, 'Installed')
  if (installed?.status === 'False') {
    const failed = installed.reason !== 'UnpackingPackage' && installed.reason !== 'InactivePackageRevision'
    return failed ? degraded(words(installed, 'is not installed')) : progressing(words(installed, 'is being installed'))
  }
  return byCondition(object, 'Healthy', degraded)
}

/** CompositeResourceDefinition: its kinds are served once it is Established, and Offered where it has claims. */
export const definitionOfComposites: HealthRule = (object) => {
  const offered = conditionOf(object, 'Offered')
  const established = byCondition(object, 'Established', progressing)
  if (established.health !== 'Healthy' || !textAt(object, 'spec', 'claimNames', 'kind')) return established
  return offered?.status === 'True' ? HEALTHY : progressing(words(offered, 'its claims are not offered'))
}
