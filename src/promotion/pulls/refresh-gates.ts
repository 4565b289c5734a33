import { GATE_CHECK } from '../../model/check-names.ts'
import type { CheckRun, PullRequest } from '../../model/github.ts'
import type { UpstreamFact } from '../gates/facts.ts'
import { gateUpstream, promotionOf } from '../gates/promotion-gates.ts'
import { healthySince, soakGate } from '../gates/soak.ts'
import { upstreamGate } from '../gates/upstream.ts'
import type { PromotionPorts } from '../ports.ts'
import { environmentOf, type Snapshot } from './snapshot.ts'
import { ruleFor } from './upstream-rule.ts'

/**
 * Asks for a new verdict on every open promotion whose upstream is another than when its gate was posted: what people merge by hand is kept
 * back by the check alone. One call to GitHub for each.
 */
export async function refreshGates(
  ports: PromotionPorts,
  snapshot: Snapshot,
  open: readonly PullRequest[],
): Promise<void> {
  for (const pull of open) {
    const branch = promotionOf(ports, pull)
    const environment = branch?.kind === 'promote' ? environmentOf(snapshot, branch.environment) : undefined
    if (!branch || !environment) continue
    const upstream = await gateUpstream(ports, snapshot, pull, { application: branch.application, environment })
    const after = ruleFor(snapshot, branch.application, environment)
    const runs = await ports.repository.checks.list(pull.head.sha)
    const gate = runs.find(({ name, status }) => name === GATE_CHECK && status === 'completed')
    const facts = { upstream, environment: { ...environment, after }, now: snapshot.now }
    if (!gate || !isOutdated(gate, facts)) continue
    await ports.queue.add({ kind: 'preview', repository: ports.repository.ref, number: pull.number })
  }
}

interface Facts {
  readonly upstream: readonly UpstreamFact[]
  readonly environment: Parameters<typeof soakGate>[0]['environment']
  readonly now: Date
}

/** Green while upstream is not fit any more; or older than when upstream became healthy, or had soaked for long enough. */
export function isOutdated({ conclusion, completedAt = '' }: CheckRun, facts: Facts): boolean {
  const isOpen = [upstreamGate(facts), soakGate(facts)].every(({ verdict }) => verdict === 'passed')
  if (conclusion === 'success') return !isOpen
  const since = healthySince(facts)
  const changed = isOpen ? since + facts.environment.gates.soakMs : since
  return Number.isFinite(changed) && Date.parse(completedAt) < changed
}
