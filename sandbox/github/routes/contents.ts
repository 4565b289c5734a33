import { ZERO } from '../git/repository.ts'
import { changedTree, listTree, type TreeEntry } from '../git/trees.ts'
import { needs } from '../http/access.ts'
import { type Answer, created, ok, raw } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { conflict, notFound, Refusal, unprocessable } from '../http/refusal.ts'
import { actor, param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { moveRef } from '../repositories/move-refs.ts'
import { refuseRefWrite } from '../rules/refuse-ref-write.ts'
import { WEB_FLOW } from '../state/account.ts'
import { allows } from '../state/app.ts'
import { gitCommitView } from '../views/commit.ts'
import { entryView } from '../views/content.ts'
import { refuse } from './find.ts'
import { identityOf } from './git-commits.ts'
import { lines60 } from './git-data.ts'

const READ = needs('contents:read')
const WRITE = needs('contents:write')
const INLINE = 1024 * 1024
const LARGEST = 100 * INLINE
const MOST_ENTRIES = 1000

export const contentRoutes: readonly Route[] = [
  repositoryRoute('GET', '/contents', READ, (call) => directory(call, '')),
  repositoryRoute('GET', '/contents/:path{.+}', READ, async (call) => {
    const path = param(call, 'path')
    const entry = (await entryAt(call, await revision(call), path)) ?? refuse(notFound())
    return entry.type === 'tree' ? directory(call, path) : file(call, entry)
  }),
  repositoryRoute('PUT', '/contents/:path{.+}', WRITE, (call) => inTurn(call, put)),
  repositoryRoute('DELETE', '/contents/:path{.+}', WRITE, (call) => inTurn(call, remove)),
]

/** Of two writers on one branch at once, the one whose turn comes later finds the branch moved. */
async function inTurn(call: RepositoryCall, write: (call: RepositoryCall) => Promise<Answer>): Promise<Answer> {
  const { repository, input } = call
  const branch = input.text('branch') ?? repository.defaultBranch
  const expected = await repository.git.tip(branch)
  return repository.git.exclusively(async () => {
    const tip = await repository.git.tip(branch)
    if (tip !== expected) throw conflict(`is at ${tip ?? ZERO} but expected ${expected ?? ZERO}`)
    return write(call)
  })
}

async function revision(call: RepositoryCall): Promise<string> {
  const ref = call.query.get('ref') ?? call.repository.defaultBranch
  return (await call.repository.git.commitId(ref)) ?? refuse(new Refusal(404, `No commit found for the ref ${ref}`))
}

async function entryAt(call: RepositoryCall, commit: string, path: string): Promise<TreeEntry | undefined> {
  const [entry] = await listTree(call.repository.git, commit, { path })
  return entry?.path === path ? entry : undefined
}

async function directory(call: RepositoryCall, path: string): Promise<Answer> {
  const commit = await revision(call)
  const below = path === '' ? undefined : `${path}/`
  const entries = await listTree(call.repository.git, commit, below ? { path: below } : {})
  const ref = call.query.get('ref') ?? call.repository.defaultBranch
  return ok(entries.slice(0, MOST_ENTRIES).map((entry) => entryView(call.world, call.repository, entry, ref)))
}

/** Up to 1 MB the bytes stand in the answer, up to 100 MB they come raw only, above not at all. */
async function file(call: RepositoryCall, entry: TreeEntry): Promise<Answer> {
  const size = entry.size ?? 0
  if (size > LARGEST) throw new Refusal(403, 'This API returns blobs up to 100 MB in size.')
  const bytes = await call.repository.git.bytes(['cat-file', 'blob', entry.sha])
  if (/\braw\b/.test(call.headers.get('accept') ?? '')) return raw(bytes, 'application/vnd.github.raw; charset=utf-8')
  const ref = call.query.get('ref') ?? call.repository.defaultBranch
  const view = entryView(call.world, call.repository, entry, ref)
  if (size > INLINE) return ok({ ...view, content: '', encoding: 'none' })
  return ok({ ...view, content: lines60(bytes.toString('base64')), encoding: 'base64' })
}

async function put(call: RepositoryCall): Promise<Answer> {
  const { input, repository, world } = call
  const path = param(call, 'path')
  input.require('message', 'content')
  const bytes = Buffer.from(input.requiredText('content'), 'base64')
  const { branch, tip } = await branchOf(call)
  const old = tip === ZERO ? undefined : await entryAt(call, tip, path)
  if (old) checkSha(call, path, old)
  const sha = await repository.git.text(['hash-object', '-w', '--stdin'], bytes)
  const commit = await commitChange(call, { branch, tip, change: { path, mode: old?.mode ?? '100644', sha } })
  const entry: TreeEntry = { path, type: 'blob', mode: '100644', sha, size: bytes.length }
  const body = {
    content: entryView(world, repository, entry, branch),
    commit: await gitCommitView(world, repository, commit),
  }
  return old ? ok(body) : created(body)
}

async function remove(call: RepositoryCall): Promise<Answer> {
  const { input, repository, world } = call
  const path = param(call, 'path')
  input.require('message', 'sha')
  const { branch, tip } = await branchOf(call)
  const old = (await entryAt(call, tip, path)) ?? refuse(notFound())
  checkSha(call, path, old)
  const commit = await commitChange(call, { branch, tip, change: { path, mode: old.mode, sha: undefined } })
  return ok({ content: null, commit: await gitCommitView(world, repository, commit) })
}

/** The branch to write; an empty repository gets its first commit here. */
async function branchOf(call: RepositoryCall): Promise<{ branch: string; tip: string }> {
  const { input, repository } = call
  const branch = input.text('branch') ?? repository.defaultBranch
  const tip = await repository.git.tip(branch)
  if (tip !== undefined) return { branch, tip }
  if (await repository.git.isEmpty()) return { branch, tip: ZERO }
  throw new Refusal(404, `Branch ${branch} not found`)
}

function checkSha(call: RepositoryCall, path: string, old: TreeEntry): void {
  const given = call.input.text('sha')
  if (given === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.')
  if (given !== old.sha) throw conflict(`${path} does not match ${given}`)
}

async function commitChange(
  call: RepositoryCall,
  request: { branch: string; tip: string; change: { path: string; mode: string; sha: string | undefined } },
): Promise<string> {
  const { input, repository, world, caller } = call
  const { branch, tip, change } = request
  checkWorkflows(call, change.path)
  const tree = await changedTree(repository.git, tip === ZERO ? undefined : tip, [change])
  const account = actorAccount(actor(call))
  const leftToGitHub = !input.has('author') && !input.has('committer')
  const named = identityOf(call, input.object('committer'))
  const author = input.has('author') ? identityOf(call, input.object('author')) : named
  const committer = leftToGitHub ? { ...WEB_FLOW, date: world.now() } : named
  const message = input.requiredText('message')
  const parents = tip === ZERO ? [] : [tip]
  const commit = await repository.git.commitTree({ tree, parents, message, author, committer })
  await refuseRefWrite(world, repository, caller, branch, { before: tip, after: commit })
  if (leftToGitHub) repository.signed.add(commit)
  const moved = await moveRef(world, repository, {
    ref: `refs/heads/${branch}`,
    before: tip,
    after: commit,
    pusher: account,
  })
  if (!moved) throw conflict(`is at ${await repository.git.tip(branch)} but expected ${tip}`)
  return commit
}

function checkWorkflows({ caller }: RepositoryCall, path: string): void {
  if (!path.startsWith('.github/workflows/') || caller.kind !== 'installation') return
  if (allows(caller.permissions, 'workflows', 'write')) return
  throw new Refusal(403, 'Resource not accessible by integration')
}
