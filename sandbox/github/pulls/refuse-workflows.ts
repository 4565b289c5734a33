import type { Actor } from '../http/caller.ts'
import { Refusal } from '../http/refusal.ts'
import { allows } from '../state/app.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'

/** An App without the `workflows` permission cannot merge what touches a workflow. */
export async function refuseWorkflows(repository: Repository, pull: PullRequest, caller: Actor): Promise<void> {
  if (caller.kind !== 'installation' || allows(caller.permissions, 'workflows', 'write')) return
  const range = `${pull.base.sha}...${pull.head.sha}`
  const [path] = (await repository.git.text(['diff', '--name-only', range, '--', '.github/workflows'])).split('\n')
  if (!path) return
  throw new Refusal(
    403,
    `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`,
  )
}
