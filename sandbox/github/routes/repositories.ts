import { needs } from '../http/access.ts'
import { ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { validationFailed } from '../http/refusal.ts'
import { actor, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { fullName, type RepositorySettings } from '../state/repository.ts'
import { fullRepositoryView } from '../views/repository.ts'
import { emit } from '../webhooks/emit.ts'

const FLAGS = [
  'allow_merge_commit',
  'allow_squash_merge',
  'allow_rebase_merge',
  'allow_auto_merge',
  'allow_update_branch',
  'delete_branch_on_merge',
  'has_issues',
] as const

export const repositoryRoutes: readonly Route[] = [
  repositoryRoute('GET', '', needs('metadata:read'), (call) =>
    ok(fullRepositoryView(call.world, call.repository, call.caller)),
  ),

  repositoryRoute('PATCH', '', needs('administration:write', 'admin'), async (call) => {
    const { input, repository, world } = call
    for (const flag of FLAGS) repository.settings[flag] = input.flag(flag) ?? repository.settings[flag]
    setMergeTexts(call, repository.settings)
    repository.private = input.flag('private') ?? repository.private
    repository.archived = input.flag('archived') ?? repository.archived
    repository.description = input.nullableText('description') ?? repository.description
    await setDefaultBranch(call)
    await setName(call)
    repository.updatedAt = world.now()
    return ok(fullRepositoryView(world, repository, call.caller))
  }),
]

function setMergeTexts({ input }: RepositoryCall, settings: RepositorySettings): void {
  settings.merge_commit_title =
    input.choice('merge_commit_title', ['PR_TITLE', 'MERGE_MESSAGE']) ?? settings.merge_commit_title
  settings.merge_commit_message =
    input.choice('merge_commit_message', ['PR_BODY', 'PR_TITLE', 'BLANK']) ?? settings.merge_commit_message
  settings.squash_merge_commit_title =
    input.choice('squash_merge_commit_title', ['PR_TITLE', 'COMMIT_OR_PR_TITLE']) ?? settings.squash_merge_commit_title
  settings.squash_merge_commit_message =
    input.choice('squash_merge_commit_message', ['PR_BODY', 'COMMIT_MESSAGES', 'BLANK']) ??
    settings.squash_merge_commit_message
}

async function setDefaultBranch({ input, repository }: RepositoryCall): Promise<void> {
  const branch = input.text('default_branch')
  if (branch === undefined || branch === repository.defaultBranch) return
  if ((await repository.git.tip(branch)) === undefined) {
    throw validationFailed({ resource: 'Repository', field: 'default_branch', code: 'invalid' })
  }
  await repository.git.bytes(['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
  repository.defaultBranch = branch
}

/** The old name keeps leading to the repository. */
async function setName(call: RepositoryCall): Promise<void> {
  const { input, repository, world } = call
  const name = input.text('name')
  if (name === undefined || name === repository.name) return
  if (world.repository(repository.owner.login, name)) {
    const message = 'name already exists on this account'
    throw validationFailed({ resource: 'Repository', code: 'custom', field: 'name', message })
  }
  const from = repository.name
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id)
  repository.name = name
  await emit(world, {
    event: 'repository',
    action: 'renamed',
    repository,
    sender: actorAccount(actor(call)),
    payload: () => ({ changes: { repository: { name: { from } } } }),
  })
}
