import { parseDuration } from './duration.ts'
import type { MetricInput } from './gates-schema.ts'
import type { GateConfig, MetricConfig } from './repository-config.ts'
import type { EnvironmentInput } from './repository-schema.ts'

/** An environment's gates with every default filled in. */
export function toGates(input: EnvironmentInput['gates'] = {}): GateConfig {
  return {
    soakMs: parseDuration(input.soak ?? 0),
    approvals: input.approvals ?? 0,
    teams: input.teams ?? [],
    fourEyes: input.fourEyes ?? true,
    checks: input.checks ?? [],
    metrics: (input.metrics ?? []).map(toMetric),
  }
}

function toMetric(input: MetricInput): MetricConfig {
  const { name, expect } = input
  if ('url' in input) return { name, expect, query: { kind: 'json', url: input.url, path: input.path } }
  return { name, expect, query: { kind: 'prometheus', address: input.prometheus, query: input.query } }
}
