import type { EnvironmentConfig } from '../../config/repository-config.ts'
import type { Measurement, MetricQuery, Monitoring } from '../../model/monitoring.ts'

/** Names that mean nothing to a query language or an address. */
const SAFE = /^[\w.-]+$/

/** Asks for every metric of the environment at once. */
export async function metricFacts(
  { measure }: Monitoring,
  { name: environment, gates }: EnvironmentConfig,
  application: string,
): Promise<ReadonlyMap<string, Measurement>> {
  const measured = await Promise.all(
    gates.metrics.map(async ({ name, query }) => {
      if (!SAFE.test(application)) return [name, UNSAFE] as const
      return [name, await measure(filledIn(query, { app: application, environment }))] as const
    }),
  )
  return new Map(measured)
}

const UNSAFE: Measurement = { kind: 'unknown', why: "the application's name cannot stand in a query" }

function filledIn(query: MetricQuery, names: Readonly<Record<'app' | 'environment', string>>): MetricQuery {
  const fill = (text: string) => text.replaceAll('{app}', names.app).replaceAll('{environment}', names.environment)
  return query.kind === 'json' ? { ...query, url: fill(query.url) } : { ...query, query: fill(query.query) }
}
