import { outcome } from '../outcome-of.ts'
import {
  type CommandAnswer,
  type CommandContext,
  requireApplication,
  requireEnvironment,
  requireSnapshot,
} from './context.ts'

/** Asks the workers of the environment's targets to put live objects back. */
export async function heal(
  { ports }: Pick<CommandContext, 'ports'>,
  command: { readonly environment: string; readonly application?: string },
): Promise<CommandAnswer> {
  const snapshot = await requireSnapshot(ports)
  const { environment, application } = command
  requireEnvironment(snapshot, environment)
  if (application) requireApplication(snapshot, environment, application)
  const all = [...new Set(snapshot.overlays.map((overlay) => overlay.application))]
  const targets = all
    .filter((each) => !application || each === application)
    .flatMap((each) => snapshot.targets(each, environment))
  const { ref: repository } = ports.repository
  for (const { target } of targets) await ports.queue.add({ kind: 'reconcile', repository, target, heal: true })
  const message = `${targets.length} target${targets.length === 1 ? '' : 's'} of ${environment} will be put back to what Git says.`
  return { outcome: outcome('done', 'HEAL_REQUESTED', { message, details: { environment, targets: targets.length } }) }
}
