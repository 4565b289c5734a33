import { type Actor, actorAccount, actorApp } from '../http/caller.ts'
import { type FieldError, validationFailed } from '../http/refusal.ts'
import { checkBody } from '../issues/body.ts'
import { nextNumber } from '../issues/numbers.ts'
import { isHidden } from '../repositories/hidden-refs.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import { emitPullRequest } from '../webhooks/pull-request-events.ts'
import type { World } from '../world.ts'
import { fetchHead } from './head-ref.ts'
import { forgetMergeability, refreshTestMerge } from './test-merge.ts'

export interface OpenRequest {
  readonly title: string
  readonly body: string | null
  /** `branch`, or `owner:branch` of this repository or a fork. */
  readonly head: string
  readonly base: string
  readonly draft: boolean
}

/** Opens a pull request, or throws the 422 that says why not. */
export async function openPull(
  world: World,
  repository: Repository,
  actor: Actor,
  request: OpenRequest,
): Promise<PullRequest> {
  checkBody('Issue', request.body)
  const { source, ref, sha } = await headOf(world, repository, request.head)
  const baseSha = await repository.git.tip(request.base)
  if (baseSha === undefined) throw invalid('base')
  refuseTwin(repository, source, ref, request.base)
  await refuseEmpty(repository, source, sha, { ...request, baseSha })
  const pull = newPull(world, repository, actor, request, { source, ref, sha, baseSha })
  repository.issues.set(pull.number, pull)
  repository.pulls.set(pull.number, pull)
  await fetchHead(repository, pull)
  await refreshTestMerge(world, repository, pull)
  const testMerge = pull.testMerge
  delete pull.testMerge
  await emitPullRequest(world, repository, pull, { action: 'opened', sender: actorAccount(actor) })
  if (testMerge) pull.testMerge = testMerge
  return pull
}

async function headOf(
  world: World,
  repository: Repository,
  head: string,
): Promise<{ source: Repository; ref: string; sha: string }> {
  const [owner, ref] = head.includes(':') ? head.split(/:(.*)/s) : [repository.owner.login, head]
  const source = sourceOf(world, repository, owner ?? '')
  const sha = source && ref ? await source.git.tip(ref) : undefined
  if (!source || !ref || !sha || isHidden(source, `refs/heads/${ref}`)) throw invalid('head')
  return { source, ref, sha }
}

function sourceOf(world: World, repository: Repository, owner: string): Repository | undefined {
  if (owner.toLowerCase() === repository.owner.login.toLowerCase()) return repository
  return world.repositories
    .values()
    .find((fork) => fork.parent === repository && fork.owner.login.toLowerCase() === owner.toLowerCase())
}

export function refuseTwin(repository: Repository, source: Repository, ref: string, base: string): void {
  const twin = repository.pulls
    .values()
    .some(
      (pull) =>
        pull.state === 'open' && pull.head.repository === source && pull.head.ref === ref && pull.base.ref === base,
    )
  if (twin) throw custom(`A pull request already exists for ${source.owner.login}:${ref}.`)
}

async function refuseEmpty(
  repository: Repository,
  source: Repository,
  sha: string,
  request: OpenRequest & { baseSha: string },
): Promise<void> {
  const { git } = repository
  if (source !== repository) await git.bytes(['fetch', '--quiet', source.git.directory, sha])
  if (await git.isAncestor(sha, request.baseSha)) {
    throw custom(`No commits between ${request.base} and ${request.head}`)
  }
  if ((await git.mergeBase(sha, request.baseSha)) === undefined) {
    throw custom(`The ${request.head} branch has no history in common with ${request.base}`)
  }
}

function newPull(
  world: World,
  repository: Repository,
  actor: Actor,
  request: OpenRequest,
  refs: { source: Repository; ref: string; sha: string; baseSha: string },
): PullRequest {
  const app = actorApp(actor)
  const now = world.now()
  const pull: PullRequest = {
    id: world.nextId(),
    number: nextNumber(repository),
    author: actorAccount(actor),
    ...(app ? { app } : {}),
    createdAt: now,
    updatedAt: now,
    title: request.title,
    body: request.body,
    state: 'open',
    locked: false,
    labels: [],
    reactions: [],
    head: { repository: refs.source, ref: refs.ref, sha: refs.sha },
    base: { ref: request.base, sha: refs.baseSha },
    draft: request.draft,
    requestedReviewers: [],
    reviews: [],
    mergeability: { state: 'unknown', reads: 1 },
    lastPusher: actorAccount(actor).login,
    forcePushes: [],
  }
  forgetMergeability(world, pull)
  return pull
}

function invalid(field: string): Error {
  return validationFailed({ resource: 'PullRequest', field, code: 'invalid' })
}

function custom(message: string): Error {
  return validationFailed({ resource: 'PullRequest', code: 'custom', message } satisfies FieldError)
}
