import { allowedSource, type MonitoringSource } from '../../config/monitoring.ts'
import type { Measurement, MetricQuery } from '../../model/monitoring.ts'
import { type AskOptions, askJson, Unanswered } from './ask-json.ts'
import { jsonValue } from './json-value.ts'
import { prometheusUrl, prometheusValue } from './prometheus.ts'
import { Recent } from './recent.ts'

export interface MonitoringOptions {
  readonly sources: readonly MonitoringSource[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
  /** Default 5 s. */
  readonly timeoutMs?: number
  /** How long an answer, or that there is none, is taken for the next who asks the same. Default 15 s. */
  readonly keepMs?: number
}

/** Asks the monitoring systems that the operator lists. */
export interface HttpMonitoring {
  /** On behalf of a repository (`owner/name`). Never throws: what goes wrong is unknown, and why holds nothing of an answer. */
  measure(repository: string, query: MetricQuery): Promise<Measurement>
}

const TIMEOUT_MS = 5_000
const KEEP_MS = 15_000

export function createMonitoring(options: MonitoringOptions): HttpMonitoring {
  const { sources, now, keepMs = KEEP_MS } = options
  const recent = new Recent<Measurement>(keepMs, now)
  return {
    async measure(repository, query) {
      const url = URL.parse(query.kind === 'json' ? query.url : prometheusUrl(query))
      const source = url && allowedSource(sources, url, repository)
      if (!url || !source) return unknown('the operator has not listed its address under `metrics`')
      const key = JSON.stringify([source.address, url.href, query.kind === 'json' ? query.path : ''])
      return recent.get(key, () => ask(options, source, url, query))
    },
  }
}

async function ask(
  { env, timeoutMs = TIMEOUT_MS }: MonitoringOptions,
  source: MonitoringSource,
  url: URL,
  query: MetricQuery,
): Promise<Measurement> {
  try {
    const request: AskOptions = { url, authorization: authorizationOf(source, env), timeoutMs }
    const answer = await askJson(request)
    const value = query.kind === 'json' ? jsonValue(answer, query.path) : prometheusValue(answer)
    return { kind: 'value', value }
  } catch (error) {
    if (error instanceof Unanswered) return unknown(error.message)
    throw error
  }
}

function unknown(why: string): Measurement {
  return { kind: 'unknown', why }
}

/** Throws Unanswered for a variable that is not set. */
function authorizationOf(
  { tokenEnv, usernameEnv }: MonitoringSource,
  env: MonitoringOptions['env'],
): string | undefined {
  const read = (name: string) => {
    const value = env[name]
    if (!value) throw new Unanswered(`${name} is not set where Lockstep runs`)
    return value
  }
  if (tokenEnv === undefined) return undefined
  if (usernameEnv === undefined) return `Bearer ${read(tokenEnv)}`
  return `Basic ${Buffer.from(`${read(usernameEnv)}:${read(tokenEnv)}`).toString('base64')}`
}
