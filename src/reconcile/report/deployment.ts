import type { DeploymentState } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Attempt } from '../pass/attempt.ts'
import type { TargetRequest } from '../pass/session.ts'
import type { ReconcilePorts } from '../ports.ts'

const DESCRIPTION = 140
/** Characters that the message gets at least. */
const MESSAGE = 40

/** Tells GitHub's history what became of the newest commit in this environment. */
export async function recordDeployment(
  ports: ReconcilePorts,
  { repository, target }: TargetRequest,
  { outcome, prepared }: Attempt,
): Promise<void> {
  if (!prepared || !ports.deployments || outcome.code === 'SUPERSEDED') return
  const deployments = await ports.deployments(repository)
  await deployments.record({
    environment: target.environment,
    application: target.application,
    sha: prepared.revision,
    state: stateOf(outcome),
    description: describe(outcome),
  })
}

/** GitHub's limit is 140 characters. What to do next is kept whole; what happened is cut to what is left. */
function describe({ message, remedy }: Outcome): string {
  const next = remedy && remedy.length < DESCRIPTION - MESSAGE ? ` ${remedy}` : ''
  const room = DESCRIPTION - next.length
  return `${message.length > room ? `${message.slice(0, room - 1)}…` : message}${next}`
}

function stateOf({ decision, code }: Outcome): DeploymentState {
  if (decision === 'done' || decision === 'nothing' || code === 'DRIFT_REPORTED') return 'success'
  return code === 'HEALTH_WAITS' || code === 'PRUNE_LIMIT' ? 'in_progress' : 'failure'
}
