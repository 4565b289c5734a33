import type { GateReason } from '../../model/gate.ts'
import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { gateReasons, promotionOf } from '../gates/promotion-gates.ts'
import { spokenTime } from '../gates/spoken-time.ts'
import { explain, type WhyFacts } from '../gates/why.ts'
import { whyText } from '../gates/why-text.ts'
import { outcome } from '../outcome-of.ts'
import { applicationsIn } from '../pulls/applications-in.ts'
import { mergeObstacles } from '../pulls/merge-obstacles.ts'
import type { Snapshot } from '../pulls/snapshot.ts'
import { environmentOf } from '../pulls/snapshot.ts'
import { unopened } from '../pulls/unopened.ts'
import type { Command } from './command.ts'
import {
  type CommandAnswer,
  type CommandContext,
  requireApplication,
  requireEnvironment,
  requireSnapshot,
} from './context.ts'
import { teamsOf } from './rights.ts'
import { touchedApplications } from './touched-applications.ts'

/**
 * Why it does not go on. On a promotion without a name: that promotion. Elsewhere, or with an environment: every promotion that is open there,
 * and every one that ought to be; of the applications that the pull request touches, where no environment is named and it touches some. Throws
 * NOT_CONFIGURED, UNKNOWN_ENVIRONMENT, UNKNOWN_APPLICATION.
 */
export async function why(
  context: CommandContext,
  { environment, application }: Extract<Command, { name: 'why' }>,
): Promise<CommandAnswer> {
  const { ports, pull } = context
  const snapshot = await requireSnapshot(ports)
  if (environment) requireEnvironment(snapshot, environment)
  if (environment && application) requireApplication(snapshot, environment, application)
  if (!environment && promotionOf(ports, pull)) return answer(snapshot, [await openFacts(context, snapshot, pull)])
  const open = await ports.repository.pulls.listOpen()
  const edges = await edgesAsked(context, snapshot, environment, application)
  const facts = await Promise.all(edges.map((edge) => edgeFacts(context, snapshot, open, edge)))
  return answer(snapshot, facts.flat())
}

/** The reply is edited in place when somebody asks again, so it says of when it is. */
function answer({ now }: Snapshot, facts: readonly (WhyFacts | undefined)[]): CommandAnswer {
  const known = facts.filter((each) => each !== undefined)
  const text = known.length > 0 ? whyText(known.map(explain)) : 'No promotion is open, and none is due.'
  return { outcome: outcome('done', 'GATES_SHOWN', { message: `As of ${spokenTime(now, 'UTC')}.` }), text }
}

interface Edge {
  readonly application: string
  readonly environment: string
}

async function edgesAsked(
  { ports, pull }: CommandContext,
  snapshot: Snapshot,
  named: string | undefined,
  application: string | undefined,
): Promise<Edge[]> {
  const touched = named ? new Set<string>() : await touchedApplications(ports.mirror, snapshot, pull)
  const isAsked = (each: string) => (application ? each === application : touched.size === 0 || touched.has(each))
  const environments = snapshot.config.environments.filter(({ name }) => !named || name === named)
  return environments.flatMap(({ name }) =>
    applicationsIn(snapshot, name)
      .filter(isAsked)
      .map((each) => ({ application: each, environment: name })),
  )
}

/** What is open on the edge; where nothing is, why. */
async function edgeFacts(
  context: CommandContext,
  snapshot: Snapshot,
  open: readonly PullRequest[],
  edge: Edge,
): Promise<(WhyFacts | undefined)[]> {
  const own = open.filter((each) => {
    const branch = promotionOf(context.ports, each)
    return branch?.environment === edge.environment && branch.application === edge.application
  })
  if (own.length > 0) return Promise.all(own.map((each) => openFacts(context, snapshot, each)))
  const environment = requireEnvironment(snapshot, edge.environment)
  const found = await unopened(snapshot, { application: edge.application, environment })
  if (!found) return []
  return [{ ...common(snapshot, edge), environment, kind: 'promotion', reasons: [reasonOf(found)] }]
}

async function openFacts(
  { ports }: CommandContext,
  snapshot: Snapshot,
  pull: PullRequest,
): Promise<WhyFacts | undefined> {
  const branch = promotionOf(ports, pull)
  if (!branch) return undefined
  const gates = await gateReasons(ports, snapshot, pull)
  const environment = environmentOf(snapshot, branch.environment)
  if (!environment) return undefined
  const pass = gates.every(({ verdict }) => verdict === 'passed')
  const obstacles = await mergeObstacles(ports, snapshot, { pull, branch, environment }, pass)
  return {
    ...common(snapshot, branch),
    pullRequest: pull.number,
    environment,
    kind: branch.kind === 'rollback' ? 'rollback' : 'promotion',
    reasons: [...gates, ...obstacles.map(reasonOf)],
  }
}

function common({ now, config }: Snapshot, { application }: Edge) {
  const everywhere = [...new Set(config.environments.flatMap(teamsOf))]
  return { pullRequest: undefined, application, everywhere, now }
}

function reasonOf({ outcome: found, since }: { readonly outcome: Outcome; readonly since?: string }): GateReason {
  const { code, decision, message, remedy } = found
  const verdict = decision === 'waiting' || decision === 'nothing' ? 'waits' : 'blocked'
  return { code, verdict, message, ...(since && { since }), ...(remedy && { unblock: remedy }) }
}
