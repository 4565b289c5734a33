import type { Account } from '../state/account.ts'
import type { CheckRun, CheckSuite } from '../state/check.ts'
import type { Repository } from '../state/repository.ts'
import { checkRunEventView, checkSuiteEventView } from '../views/check.ts'
import type { World } from '../world.ts'
import { emit } from './emit.ts'

/** Every subscriber hears that a run began or ended; wishes of people go to the App that owns the run. */
export function emitRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  event: {
    action: 'created' | 'completed' | 'rerequested' | 'requested_action'
    sender: Account
    extra?: Record<string, unknown>
  },
): Promise<void> {
  const wish = event.action === 'rerequested' || event.action === 'requested_action'
  return emit(world, {
    event: 'check_run',
    action: event.action,
    repository,
    sender: event.sender,
    ...(wish ? { only: run.app } : {}),
    payload: () => ({ check_run: checkRunEventView(world, repository, run), ...event.extra }),
  })
}

export function emitSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  event: { action: 'requested' | 'rerequested' | 'completed'; sender: Account },
): Promise<void> {
  return emit(world, {
    event: 'check_suite',
    action: event.action,
    repository,
    sender: event.sender,
    ...(event.action === 'completed' ? {} : { only: suite.app }),
    payload: async () => ({ check_suite: await checkSuiteEventView(world, repository, suite) }),
  })
}
