import { mergedTree } from '../git/merge.ts'
import { needs } from '../http/access.ts'
import { accepted, created, noContent, ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { conflict, notFound, unprocessable } from '../http/refusal.ts'
import { actor, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { mergePull } from '../pulls/merge.ts'
import { moveRef } from '../repositories/move-refs.ts'
import { refuseRefWrite } from '../rules/refuse-ref-write.ts'
import { noreplyAddress, WEB_FLOW } from '../state/account.ts'
import { commitView } from '../views/commit.ts'
import { repositoryPageUrl } from '../views/repository.ts'
import { pullOf, refuse } from './find.ts'

const WRITE = needs('contents:write')

export const mergeRoutes: readonly Route[] = [
  repositoryRoute('GET', '/pulls/:number/merge', needs('contents:read'), (call) =>
    pullOf(call).merged ? noContent() : refuse(notFound()),
  ),

  repositoryRoute('PUT', '/pulls/:number/merge', WRITE, async (call) => {
    const { world, repository, input } = call
    const sha = await mergePull(world, repository, pullOf(call), actor(call), {
      method: input.choice('merge_method', ['merge', 'squash', 'rebase']) ?? 'merge',
      sha: input.text('sha'),
      title: input.text('commit_title'),
      message: input.text('commit_message'),
    })
    return ok({ sha, merged: true, message: 'Pull Request successfully merged' })
  }),

  repositoryRoute('PUT', '/pulls/:number/update-branch', needs('pull_requests:write', 'write'), async (call) => {
    const { repository, input, world } = call
    const pull = pullOf(call)
    const expected = input.text('expected_head_sha')
    if (expected !== undefined && expected !== pull.head.sha) {
      throw unprocessable('expected head sha didn’t match current head ref.')
    }
    await mergeBranch(call, { into: pull.head.ref, from: pull.base.ref, message: undefined })
    return accepted({
      message: 'Updating pull request branch.',
      url: `${repositoryPageUrl(world, repository)}/pull/${pull.number}`,
    })
  }),

  repositoryRoute('POST', '/merges', WRITE, async (call) => {
    const { input, repository, world } = call
    const request = {
      into: input.requiredText('base'),
      from: input.requiredText('head'),
      message: input.text('commit_message'),
    }
    const sha = await mergeBranch(call, request, 204)
    return sha === undefined ? noContent() : created(await commitView(world, repository, sha))
  }),
]

/** Merges one branch into another and answers the new commit, undefined when there was nothing to do. */
function mergeBranch(
  call: RepositoryCall,
  request: { into: string; from: string; message: string | undefined },
  nothing: 204 | 422 = 422,
): Promise<string | undefined> {
  const { world, repository } = call
  const { git } = repository
  const account = actorAccount(actor(call))
  return git.exclusively(async () => {
    const ours = (await git.tip(request.into)) ?? refuse(notFound())
    const theirs = (await git.tip(request.from)) ?? (await git.commitId(request.from)) ?? refuse(notFound())
    if (await git.isAncestor(theirs, ours)) {
      if (nothing === 204) return undefined
      throw unprocessable('There are no new commits on the base branch.')
    }
    const tree = (await mergedTree(git, ours, theirs)) ?? refuse(conflictOf(nothing))
    const message = request.message ?? `Merge ${request.from} into ${request.into}`
    const committer = { ...WEB_FLOW, date: world.now() }
    const author = { name: account.name, email: noreplyAddress(account), date: world.now() }
    const sha = await git.commitTree({ tree, parents: [ours, theirs], message, author, committer })
    await refuseRefWrite(world, repository, call.caller, request.into, { before: ours, after: sha })
    repository.signed.add(sha)
    await moveRef(world, repository, { ref: `refs/heads/${request.into}`, before: ours, after: sha, pusher: account })
    return sha
  })
}

function conflictOf(nothing: 204 | 422): ReturnType<typeof conflict> {
  return nothing === 204 ? conflict('Merge conflict') : unprocessable('merge conflict between base and head')
}
