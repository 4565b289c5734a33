import { type Actor, actorAccount } from '../http/caller.ts'
import { afterRefsMoved, refUpdate } from '../repositories/move-refs.ts'
import { pushRefusals } from '../rules/push-refusals.ts'
import type { Account } from '../state/account.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { parsePushCommands } from './push-commands.ts'
import { ZERO } from './repository.ts'
import { printRefusals } from './update-hook.ts'

/** Lets git take a push under the repository's rules, then tells everybody which refs moved. */
export function receivePush(
  world: World,
  repository: Repository,
  caller: Actor,
  body: Buffer,
  receive: (env: Record<string, string>) => Promise<void>,
): Promise<void> {
  return repository.git.exclusively(async () => {
    const refusals = pushRefusals(world, repository, caller, parsePushCommands(body))
    const before = await publicRefs(repository)
    await receive({ LOCAL_GITHUB_REFUSALS: printRefusals(refusals) })
    await announce(world, repository, actorAccount(caller), before)
  })
}

async function announce(
  world: World,
  repository: Repository,
  pusher: Account,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const after = await publicRefs(repository)
  const names = new Set([...before.keys(), ...after.keys()])
  const moved = [...names].filter((ref) => before.get(ref) !== after.get(ref))
  const updates = await Promise.all(
    moved.map((ref) =>
      refUpdate(repository, { ref, before: before.get(ref) ?? ZERO, after: after.get(ref) ?? ZERO, pusher }),
    ),
  )
  if (updates.length > 0) await afterRefsMoved(world, repository, updates)
}

function publicRefs(repository: Repository): Promise<Map<string, string>> {
  return repository.git.refs('refs/heads', 'refs/tags')
}
