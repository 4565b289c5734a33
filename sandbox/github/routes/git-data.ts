import { changedTree, listTree, type TreeChange } from '../git/trees.ts'
import { needs } from '../http/access.ts'
import { created, ok, raw } from '../http/answer.ts'
import type { Input } from '../http/input.ts'
import { invalidRequest, notFound, Refusal, unprocessable, validationFailed } from '../http/refusal.ts'
import { param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { gitCommitView } from '../views/commit.ts'
import { nodeId } from '../views/node-id.ts'
import { repositoryApiUrl } from '../views/repository.ts'
import { refuse } from './find.ts'
import { createGitCommit } from './git-commits.ts'

const READ = needs('contents:read')
const WRITE = needs('contents:write')
const MOST_ENTRIES = 100_000
const LARGEST_TREE = 7 * 1024 * 1024
const LARGEST_BLOB = 100 * 1024 * 1024
const MODES = ['100644', '100755', '040000', '160000', '120000']

export const gitDataRoutes: readonly Route[] = [
  repositoryRoute('POST', '/git/blobs', WRITE, async (call) => {
    const { input, repository } = call
    const encoding = input.choice('encoding', ['utf-8', 'base64']) ?? 'utf-8'
    const bytes = Buffer.from(input.requiredText('content'), encoding === 'base64' ? 'base64' : 'utf8')
    const sha = await repository.git.text(['hash-object', '-w', '--stdin'], bytes)
    return created({ sha, url: objectUrl(call, 'blobs', sha) })
  }),

  repositoryRoute('GET', '/git/blobs/:sha', READ, async (call) => {
    const { git } = call.repository
    const sha = param(call, 'sha')
    if ((await git.objectType(sha)) !== 'blob') throw notFound()
    const bytes = await git.bytes(['cat-file', 'blob', sha])
    if (bytes.length > LARGEST_BLOB) throw new Refusal(403, 'The requested blob is too large to fetch via the API')
    if (/\braw\b/.test(call.headers.get('accept') ?? '')) return raw(bytes, 'application/vnd.github.raw')
    return ok({
      sha,
      node_id: nodeId('Blob', `${call.repository.id}:${sha}`),
      size: bytes.length,
      url: objectUrl(call, 'blobs', sha),
      content: lines60(bytes.toString('base64')),
      encoding: 'base64',
    })
  }),

  repositoryRoute('GET', '/git/trees/:sha{.+}', READ, async (call) => {
    const { git } = call.repository
    if (await git.isEmpty()) throw new Refusal(409, 'Git Repository is empty.')
    const sha = (await git.objectId(`${param(call, 'sha')}^{tree}`)) ?? refuse(notFound())
    return ok(await treeView(call, sha, call.query.has('recursive')))
  }),

  repositoryRoute('POST', '/git/trees', WRITE, async (call) => {
    const { git } = call.repository
    call.input.require('tree')
    const base = await baseTree(call)
    const changes: TreeChange[] = []
    for (const entry of call.input.objects('tree') ?? []) changes.push(await treeChange(call, entry, base))
    return created(await treeView(call, await changedTree(git, base, changes), false))
  }),

  repositoryRoute('GET', '/git/commits/:sha', READ, async (call) => {
    const { git } = call.repository
    const sha = param(call, 'sha')
    if ((await git.objectType(sha)) !== 'commit') throw notFound()
    return ok(await gitCommitView(call.world, call.repository, sha))
  }),

  repositoryRoute('POST', '/git/commits', WRITE, async (call) => {
    const sha = await createGitCommit(call)
    return created(await gitCommitView(call.world, call.repository, sha), objectUrl(call, 'commits', sha))
  }),
]

async function baseTree(call: RepositoryCall): Promise<string | undefined> {
  const asked = call.input.text('base_tree')
  if (asked === undefined) return undefined
  return (
    (await call.repository.git.objectId(`${asked}^{tree}`)) ??
    refuse(unprocessable('base_tree is not a valid tree oid'))
  )
}

/** Taking away a path that is not there is an error, unlike in git. */
async function treeChange(call: RepositoryCall, entry: Input, base: string | undefined): Promise<TreeChange> {
  const { git } = call.repository
  const path = entry.requiredText('path')
  const mode = entry.requiredText('mode')
  if (!MODES.includes(mode)) throw validationFailed({ resource: 'Tree', code: 'invalid', field: 'mode' })
  const content = entry.text('content')
  if (content !== undefined) return { path, mode, sha: await git.text(['hash-object', '-w', '--stdin'], content) }
  const sha = entry.nullableText('sha')
  if (sha === undefined) throw invalidRequest('"sha" or "content" wasn\'t supplied.')
  if (sha !== null) {
    if ((await git.objectType(sha)) === undefined) throw unprocessable(`tree.sha ${sha} is not a valid blob`)
    return { path, mode, sha }
  }
  const there = base !== undefined && (await git.objectId(`${base}:${path}`)) !== undefined
  if (!there) throw unprocessable(`GitRPC::BadObjectState: ${path} is not in the tree`)
  return { path, mode, sha: undefined }
}

async function treeView(call: RepositoryCall, sha: string, recursive: boolean): Promise<Record<string, unknown>> {
  const entries = await listTree(call.repository.git, sha, { recursive })
  const kept = withinLimits(entries)
  return {
    sha,
    url: objectUrl(call, 'trees', sha),
    tree: kept.map(({ path, mode, type, sha: id, size }) => ({
      path,
      mode,
      type,
      sha: id,
      ...(size === undefined ? {} : { size }),
      ...(type === 'commit' ? {} : { url: objectUrl(call, `${type}s`, id) }),
    })),
    truncated: kept.length < entries.length,
  }
}

function withinLimits<T extends { path: string }>(entries: readonly T[]): readonly T[] {
  let bytes = 0
  const end = entries.findIndex((entry, index) => {
    bytes += JSON.stringify(entry).length
    return index >= MOST_ENTRIES || bytes > LARGEST_TREE
  })
  return end < 0 ? entries : entries.slice(0, end)
}

function objectUrl(call: RepositoryCall, kind: string, sha: string): string {
  return `${repositoryApiUrl(call.world, call.repository)}/git/${kind}/${sha}`
}

/** GitHub breaks base64 every sixty characters. */
export function lines60(base64: string): string {
  return base64.replace(/.{60}/g, '$&\n') + (base64.length % 60 === 0 ? '' : '\n')
}
