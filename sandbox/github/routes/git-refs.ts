import { ZERO } from '../git/repository.ts'
import { needs } from '../http/access.ts'
import { created, noContent, ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { conflict, notFound, unprocessable, validationFailed } from '../http/refusal.ts'
import { actor, param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { isHidden } from '../repositories/hidden-refs.ts'
import { moveRef } from '../repositories/move-refs.ts'
import { branchOfRef } from '../repositories/ref-update.ts'
import { refuseRefWrite } from '../rules/refuse-ref-write.ts'
import { refView } from '../views/ref.ts'
import { refuse } from './find.ts'

const READ = needs('contents:read')
const WRITE = needs('contents:write')

export const gitRefRoutes: readonly Route[] = [
  repositoryRoute('GET', '/git/ref/:ref{.+}', READ, async (call) => {
    const ref = `refs/${param(call, 'ref')}`
    const sha = isHidden(call.repository, ref) ? undefined : await exactRef(call, ref)
    return ok(await refView(call.world, call.repository, ref, sha ?? refuse(notFound())))
  }),

  repositoryRoute('GET', '/git/matching-refs/:ref{.*}', READ, async (call) => {
    const prefix = `refs/${param(call, 'ref')}`
    const refs = [...(await call.repository.git.refs())].filter(([ref]) => ref.startsWith(prefix))
    return ok(await Promise.all(refs.map(([ref, sha]) => refView(call.world, call.repository, ref, sha))))
  }),

  repositoryRoute('POST', '/git/refs', WRITE, (call) => call.repository.git.exclusively(() => createRef(call))),

  repositoryRoute('PATCH', '/git/refs/:ref{.+}', WRITE, (call) =>
    call.repository.git.exclusively(() => updateRef(call)),
  ),

  repositoryRoute('DELETE', '/git/refs/:ref{.+}', WRITE, (call) =>
    call.repository.git.exclusively(async () => {
      const ref = `refs/${param(call, 'ref')}`
      const before = (await exactRef(call, ref)) ?? refuse(unprocessable('Reference does not exist'))
      if (branchOfRef(ref) === call.repository.defaultBranch) throw unprocessable('Cannot delete the default branch')
      await move(call, { ref, before, after: ZERO })
      return noContent()
    }),
  ),
]

async function createRef(call: RepositoryCall): Promise<ReturnType<typeof created>> {
  const { repository, world, input } = call
  const ref = input.requiredText('ref')
  const sha = input.requiredText('sha')
  if (await repository.git.isEmpty()) throw conflict('Git Repository is empty.')
  if (!(await isWellFormed(call, ref))) {
    throw unprocessable('Reference name must start with refs/ and be well-formed')
  }
  if (await exactRef(call, ref)) throw unprocessable('Reference already exists')
  await checkObject(call, sha, ref)
  await move(call, { ref, before: ZERO, after: sha })
  const view = await refView(world, repository, ref, sha)
  return created(view, String(view.url))
}

async function updateRef(call: RepositoryCall): Promise<ReturnType<typeof ok>> {
  const { repository, world, input } = call
  const ref = `refs/${param(call, 'ref')}`
  const sha = input.requiredText('sha')
  const before = (await exactRef(call, ref)) ?? refuse(unprocessable('Reference does not exist'))
  await checkObject(call, sha, ref)
  const forward = await repository.git.isAncestor(before, sha)
  if (!forward && input.flag('force') !== true) throw unprocessable('Update is not a fast forward')
  if (before !== sha) await move(call, { ref, before, after: sha })
  return ok(await refView(world, repository, ref, sha))
}

/** Moves the ref under the rules. */
async function move(call: RepositoryCall, change: { ref: string; before: string; after: string }): Promise<void> {
  const { repository, world, caller } = call
  const branch = branchOfRef(change.ref)
  if (branch !== undefined) await refuseRefWrite(world, repository, caller, branch, change)
  const pusher = actorAccount(actor(call))
  if (!(await moveRef(world, repository, { ...change, pusher }))) throw unprocessable('Reference update failed')
}

async function exactRef(call: RepositoryCall, ref: string): Promise<string | undefined> {
  return (await call.repository.git.refs(ref)).get(ref)
}

/** Only branches and tags can be written; `refs/pull` is GitHub's own. */
async function isWellFormed(call: RepositoryCall, ref: string): Promise<boolean> {
  if (!/^refs\/(heads|tags|[^/]+\/)/.test(ref) || ref.startsWith('refs/pull/')) return false
  return call.repository.git.isValidRefName(ref)
}

async function checkObject(call: RepositoryCall, sha: string, ref: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha))
    throw unprocessable('The sha parameter must be exactly 40 characters and contain only [0-9a-f].')
  const type = await call.repository.git.objectType(sha)
  if (type === undefined) throw unprocessable('Object does not exist')
  if (branchOfRef(ref) !== undefined && type !== 'commit') {
    throw validationFailed({ resource: 'Reference', code: 'custom', message: `Object is not a commit` })
  }
}
