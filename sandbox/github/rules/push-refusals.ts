import type { PushCommand } from '../git/push-commands.ts'
import { ZERO } from '../git/repository.ts'
import type { PushRefusal } from '../git/update-hook.ts'
import type { Actor } from '../http/caller.ts'
import { branchOfRef } from '../repositories/ref-update.ts'
import { allows } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { refObstacles } from './ref-obstacles.ts'

/** What git must refuse of a push. */
export function pushRefusals(
  world: World,
  repository: Repository,
  caller: Actor,
  commands: readonly PushCommand[],
): PushRefusal[] {
  return [
    ...commands.flatMap((command) => ruleRefusals(world, repository, caller, command)),
    ...workflowRefusals(caller, commands),
  ]
}

function ruleRefusals(world: World, repository: Repository, caller: Actor, command: PushCommand): PushRefusal[] {
  const branch = branchOfRef(command.ref)
  if (branch === undefined) return []
  return refObstacles(world, repository, caller, branch, command).map((obstacle) => ({
    ref: command.ref,
    kind: obstacle.when,
    text: `GH013: Repository rule violations found for ${command.ref}. ${obstacle.message}`,
  }))
}

/** An App without the `workflows` permission may not push what touches a workflow. */
function workflowRefusals(caller: Actor, commands: readonly PushCommand[]): PushRefusal[] {
  if (caller.kind !== 'installation' || allows(caller.permissions, 'workflows', 'write')) return []
  const text = 'refusing to allow a GitHub App to create or update workflow without `workflows` permission'
  return commands
    .filter((command) => command.after !== ZERO)
    .map((command) => ({ ref: command.ref, kind: 'workflows', text }))
}
