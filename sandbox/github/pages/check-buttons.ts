import { requestAction } from '../checks/runs.ts'
import { roleOf } from '../repositories/roles.ts'
import { type Account, atLeast } from '../state/account.ts'
import type { CheckAction, CheckRun } from '../state/check.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** What an App offers on a completed check, to those who may write. GitHub's REST interface does not say it, only its pages do. */
export function offeredActions(world: World, person: Account, name: string, id: number): readonly CheckAction[] {
  const found = find(world, name, id)
  if (found?.run.status !== 'completed') return []
  return atLeast(roleOf(world, found.repository, person), 'write') ? found.run.actions : []
}

/** Presses a button; the App that owns the run hears of it. False where there is no such button for this person. */
export async function pressAction(
  world: World,
  person: Account,
  name: string,
  id: number,
  identifier: string,
): Promise<boolean> {
  const found = find(world, name, id)
  const offered = offeredActions(world, person, name, id).some((action) => action.identifier === identifier)
  if (!found || !offered) return false
  await requestAction(world, found.repository, found.run, identifier, person)
  return true
}

function find(world: World, name: string, id: number): { repository: Repository; run: CheckRun } | undefined {
  const [owner = '', repo = ''] = name.split('/')
  const repository = world.repository(owner, repo)
  const run = repository?.checkRuns.get(id)
  return repository && run && { repository, run }
}
