import { type Actor, actorAccount } from '../http/caller.ts'
import { conflict, Refusal } from '../http/refusal.ts'
import { afterRefsMoved, refUpdate } from '../repositories/move-refs.ts'
import { bindingRules, rulesOf } from '../rules/active-rules.ts'
import { mergeObstacles } from '../rules/merge-obstacles.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { markMerged } from './close.ts'
import { deleteHeadBranch } from './delete-head.ts'
import { mergeCommit } from './merge-commit.ts'
import type { MergeMethod, MergeRequest } from './merge-request.ts'
import { refuseWorkflows } from './refuse-workflows.ts'

const BASE_MODIFIED = 'Base branch was modified. Review and try the merge again.'

/** Merges a pull request and answers the commit that `merge_commit_sha` names from now on. Throws 405 and 409 as GitHub refuses. */
export async function mergePull(
  world: World,
  repository: Repository,
  pull: PullRequest,
  caller: Actor,
  request: MergeRequest,
): Promise<string> {
  const seen = await repository.git.tip(pull.base.ref)
  return repository.git.exclusively(async () => {
    await refuse(world, repository, pull, caller, request)
    const tip = await repository.git.tip(pull.base.ref)
    if (tip === undefined || tip !== seen) throw notNow(BASE_MODIFIED)
    const by = actorAccount(caller)
    const commit = await mergeCommit(world, repository, pull, by, request, tip)
    if (commit === undefined) throw notNow('Pull Request is not mergeable')
    if (request.method !== 'rebase') repository.signed.add(commit)
    const move = { ref: `refs/heads/${pull.base.ref}`, before: tip, after: commit, pusher: by }
    if (!(await repository.git.updateRef(move.ref, commit, tip))) throw notNow(BASE_MODIFIED)
    markMerged(world, pull, { by, commit })
    await afterRefsMoved(world, repository, [await refUpdate(repository, move)])
    await emitPullRequest(world, repository, pull, { action: 'closed', sender: by })
    if (repository.settings.delete_branch_on_merge) await deleteHeadBranch(world, repository, pull, by)
    return commit
  })
}

async function refuse(
  world: World,
  repository: Repository,
  pull: PullRequest,
  caller: Actor,
  request: MergeRequest,
): Promise<void> {
  if (pull.state === 'closed') throw notNow('Pull Request is not mergeable')
  if (request.sha !== undefined && request.sha !== pull.head.sha) {
    throw conflict('Head branch was modified. Review and try the merge again.')
  }
  if (pull.draft) throw notNow('Pull Request is still a draft')
  refuseMethod(repository, pull, request.method)
  const rules = bindingRules(world, repository, pull.base.ref, caller, 'pull_request')
  const [first] = await mergeObstacles(world, repository, pull, rules)
  if (first) throw notNow(first.message)
  await refuseWorkflows(repository, pull, caller)
}

function refuseMethod(repository: Repository, pull: PullRequest, method: MergeMethod): void {
  const { allow_merge_commit, allow_squash_merge, allow_rebase_merge } = repository.settings
  const methods = {
    merge: { allowed: allow_merge_commit, name: 'Merge commits' },
    squash: { allowed: allow_squash_merge, name: 'Squash merges' },
    rebase: { allowed: allow_rebase_merge, name: 'Rebase merges' },
  }
  const { allowed, name } = methods[method]
  if (!allowed) throw notNow(`${name} are not allowed on this repository.`)
  for (const { rule } of rulesOf(repository, pull.base.ref)) {
    const list = rule.type === 'pull_request' ? rule.parameters?.allowed_merge_methods : undefined
    const linear = rule.type === 'required_linear_history' && method === 'merge'
    if (linear || (Array.isArray(list) && !list.includes(method))) {
      throw notNow(`The selected merge method (${method}) is not allowed.`)
    }
  }
}

function notNow(message: string): Refusal {
  return new Refusal(405, message)
}
