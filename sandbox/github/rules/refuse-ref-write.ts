import { ZERO } from '../git/repository.ts'
import type { Caller } from '../http/caller.ts'
import { unprocessable } from '../http/refusal.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { refObstacles } from './ref-obstacles.ts'

/** Throws the 422 of a ref write through the API that rules forbid; creations get the bare sentence. */
export async function refuseRefWrite(
  world: World,
  repository: Repository,
  caller: Caller,
  branch: string,
  update: { before: string; after: string },
): Promise<void> {
  const obstacles = refObstacles(world, repository, caller, branch, update)
  const creates = update.before === ZERO
  const keepsHistory =
    creates || update.after === ZERO || (await repository.git.isAncestor(update.before, update.after))
  const standing = obstacles.filter((obstacle) => obstacle.when === 'always' || !keepsHistory)
  if (standing.length === 0) return
  if (creates) throw unprocessable('Reference update failed')
  throw unprocessable(`Repository rule violations found\n\n${standing.map(({ message }) => message).join('\n\n')}`)
}
