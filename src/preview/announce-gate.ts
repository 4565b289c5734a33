import { GATE_CHECK } from '../model/check-names.ts'
import type { Outcome } from '../model/outcome.ts'
import { startedGate } from './check-output.ts'
import { gateAnnounced, pullRequestGone } from './outcomes.ts'
import type { PreviewPorts } from './ports.ts'

/** Shows on the head of a pull request that its gate has begun, where it has none. Two calls to GitHub and one write. */
export async function announceGate(
  { repository: { pulls, checks } }: Pick<PreviewPorts, 'repository'>,
  number: number,
): Promise<Outcome> {
  const pull = await pulls.get(number)
  if (!pull || pull.state === 'closed') return pullRequestGone(number)
  const runs = await checks.list(pull.head.sha)
  const isNew = !runs.some((run) => run.name === GATE_CHECK)
  if (isNew) await checks.publish(startedGate(pull.head.sha))
  return gateAnnounced(number, isNew)
}
