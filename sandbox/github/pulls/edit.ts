import { type Actor, actorAccount } from '../http/caller.ts'
import { unprocessable, validationFailed } from '../http/refusal.ts'
import { checkBody } from '../issues/body.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { closePull } from './close.ts'
import { reopenPull } from './reopen.ts'
import { forgetMergeability, refreshTestMerge } from './test-merge.ts'

export interface PullChange {
  readonly title?: string | undefined
  readonly body?: string | null | undefined
  readonly base?: string | undefined
  readonly state?: 'open' | 'closed' | undefined
}

/** Edits a pull request: texts and base first (`edited`), then its state (`closed`, `reopened`). */
export async function editPull(
  world: World,
  repository: Repository,
  pull: PullRequest,
  actor: Actor,
  change: PullChange,
): Promise<void> {
  checkBody('Issue', change.body)
  if (change.base !== undefined && change.base !== pull.base.ref && pull.state === 'closed') {
    throw unprocessable('Cannot change the base branch of a closed pull request.')
  }
  const changes = { ...editTexts(pull, change), ...(await editBase(world, repository, pull, change.base)) }
  if (Object.keys(changes).length > 0) {
    pull.updatedAt = world.now()
    await emitPullRequest(world, repository, pull, {
      action: 'edited',
      sender: actorAccount(actor),
      extra: { changes },
    })
  }
  if (change.state === undefined || change.state === pull.state) return
  if (change.state === 'closed') await closePull(world, repository, pull, actorAccount(actor))
  else await reopenPull(world, repository, pull, actorAccount(actor))
}

function editTexts(pull: PullRequest, change: PullChange): Record<string, unknown> {
  const changes: Record<string, unknown> = {}
  if (change.title !== undefined && change.title !== pull.title) {
    changes.title = { from: pull.title }
    pull.title = change.title
  }
  if (change.body !== undefined && change.body !== pull.body) {
    changes.body = { from: pull.body ?? '' }
    pull.body = change.body
  }
  return changes
}

async function editBase(
  world: World,
  repository: Repository,
  pull: PullRequest,
  base: string | undefined,
): Promise<Record<string, unknown>> {
  if (base === undefined || base === pull.base.ref) return {}
  const sha = await repository.git.tip(base)
  if (sha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' })
  const from = pull.base
  pull.base = { ref: base, sha }
  forgetMergeability(world, pull)
  await refreshTestMerge(world, repository, pull)
  return { base: { ref: { from: from.ref }, sha: { from: from.sha } } }
}

/** Only GraphQL and the page can do this. */
export async function setDraft(
  world: World,
  repository: Repository,
  pull: PullRequest,
  actor: Actor,
  draft: boolean,
): Promise<void> {
  if (pull.draft === draft) return
  pull.draft = draft
  pull.updatedAt = world.now()
  const action = draft ? 'converted_to_draft' : 'ready_for_review'
  await emitPullRequest(world, repository, pull, { action, sender: actorAccount(actor) })
}
