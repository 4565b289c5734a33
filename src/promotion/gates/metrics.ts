import { meets, readExpectation } from '../../config/expectation.ts'
import type { MetricConfig } from '../../config/repository-config.ts'
import type { Measurement } from '../../model/monitoring.ts'
import type { GateFacts } from './facts.ts'
import { blocked, passed, type Verdict } from './verdict.ts'

/** What monitoring says is as the environment expects it. Texts that it answered are never shown, numbers only in private. */
export function metricGates({ environment, metrics, hideLive }: GateFacts): Verdict[] {
  return environment.gates.metrics.map((metric) => metricVerdict(metric, metrics.get(metric.name), hideLive))
}

function metricVerdict(metric: MetricConfig, measured: Measurement | undefined, hideLive: boolean): Verdict {
  const { name, expect } = metric
  if (measured?.kind !== 'value')
    return blocked('METRIC_UNKNOWN', `${name} is not known: ${measured?.why ?? 'it was not asked for'}.`)
  const good = meets(readExpectation(expect), measured.value)
  if (good === undefined) return blocked('METRIC_UNKNOWN', `${name} is no value that "${expect}" can be asked of.`)
  if (good) return passed('METRIC_PASSED', `${name} is ${expect}.`)
  const found = !hideLive && typeof measured.value === 'number' ? ` but ${measured.value}` : ''
  return blocked('METRIC_FAILED', `${name} is not ${expect}${found}.`)
}
