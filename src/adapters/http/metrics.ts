import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type WebhookResult =
  | 'accepted'
  | 'duplicate'
  | 'bad_signature'
  | 'too_large'
  | 'malformed'
  | 'not_stored'
  | 'failed'

export interface Metrics {
  webhook(event: string, result: WebhookResult): void
  /** `outcome` is an `Outcome.decision`, or `error` for a job that threw. */
  job(kind: string, outcome: string, seconds: number): void
  /** Status 0 stands for no answer. */
  githubCall(call: { route: string; status: number; remaining?: number; resource?: string }): void
  /** `host` is one that the operator lists. Status 0 stands for no answer. */
  registryCall(call: { host: string; status: number }): void
  /** What the watches of a cluster had told was not what the cluster holds. */
  viewDisagreement(): void
  /** Prometheus text. */
  text(): Promise<string>
  readonly contentType: string
}

/** Names and labels are documented in docs/reference/metrics.md. Labels hold no repository, person or environment. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const webhooks = new Counter({
    name: 'lockstep_webhooks_total',
    help: 'Webhooks by event and what became of them.',
    labelNames: ['event', 'result'],
    registers,
  })
  const jobs = new Histogram({
    name: 'lockstep_job_seconds',
    help: 'Time a job took, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.05, 0.2, 1, 5, 20, 60, 300],
    registers,
  })
  const calls = new Counter({
    name: 'lockstep_github_requests_total',
    help: 'Requests to GitHub by route and status; status 0 is no answer.',
    labelNames: ['route', 'status'],
    registers,
  })
  const remaining = new Gauge({
    name: 'lockstep_github_ratelimit_remaining',
    help: "What GitHub last said is left of the hour's budget.",
    labelNames: ['resource'],
    registers,
  })
  const registryCalls = new Counter({
    name: 'lockstep_registry_requests_total',
    help: 'Requests to watched registries by host and status; status 0 is no answer.',
    labelNames: ['host', 'status'],
    registers,
  })
  const disagreements = new Counter({
    name: 'lockstep_view_disagreements_total',
    help: 'Kinds whose objects were found to be other than watches had told.',
    registers,
  })
  return {
    webhook: (event, result) => webhooks.inc({ event, result }),
    job: (kind, outcome, seconds) => jobs.observe({ kind, outcome }, seconds),
    githubCall: (call) => {
      calls.inc({ route: call.route, status: call.status })
      if (call.remaining !== undefined) remaining.set({ resource: call.resource ?? 'core' }, call.remaining)
    },
    registryCall: (call) => registryCalls.inc(call),
    viewDisagreement: () => disagreements.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
