import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import type { CommandComment } from '../../model/job.ts'
import { suggestName } from '../../model/nearest-name.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { PromotionPorts } from '../ports.ts'
import { applicationsIn } from '../pulls/applications-in.ts'
import { readSnapshot, type Snapshot } from '../pulls/snapshot.ts'

/** What every command works with. */
export interface CommandContext {
  readonly ports: PromotionPorts
  readonly pull: PullRequest
  readonly comment: CommandComment
}

/** What a command did, and what there is to read about it beyond the outcome's message. */
export interface CommandAnswer {
  readonly outcome: Outcome
  /** Markdown, everything from outside escaped. */
  readonly text?: string
}

/** The facts as of now. Throws NOT_CONFIGURED. */
export async function requireSnapshot(ports: PromotionPorts): Promise<Snapshot> {
  const snapshot = await readSnapshot(ports)
  if (snapshot) return snapshot
  throw new LockstepError({
    code: 'NOT_CONFIGURED',
    message: 'The default branch has no .lockstep.yaml.',
    remedy: 'Add one; `lockstep init` writes the first.',
  })
}

/** Throws why the state cannot be read or trusted: what was merged, taken back or closed decides what a command does. */
export function requireState({ stateFault }: Snapshot): void {
  if (stateFault) throw stateFault
}

/** The environment's configuration. Throws UNKNOWN_ENVIRONMENT with the nearest name. */
export function requireEnvironment({ config }: Snapshot, name: string) {
  const found = config.environments.find((each) => each.name === name)
  if (found) return found
  const names = config.environments.map((each) => each.name)
  throw new LockstepError({
    code: 'UNKNOWN_ENVIRONMENT',
    message: `There is no environment ${name}.`,
    remedy: suggestName(name, names),
  })
}

/** Throws UNKNOWN_APPLICATION with the nearest name, where the environment does not have the application. */
export function requireApplication(snapshot: Snapshot, environment: string, application: string): void {
  const known = applicationsIn(snapshot, environment)
  if (known.includes(application)) return
  throw new LockstepError({
    code: 'UNKNOWN_APPLICATION',
    message: `${application} has no overlay in ${environment}.`,
    remedy: suggestName(application, known),
  })
}
