import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ZERO } from '../git/repository.ts'
import { checkAccess, maySee, needs } from '../http/access.ts'
import { actorAccount } from '../http/caller.ts'
import { Refusal } from '../http/refusal.ts'
import { moveRef } from '../repositories/move-refs.ts'
import { refuseRefWrite } from '../rules/refuse-ref-write.ts'
import { noreplyAddress, WEB_FLOW } from '../state/account.ts'
import { fullName, type Repository } from '../state/repository.ts'
import { nodeId } from '../views/node-id.ts'
import { type GraphqlContext, GraphqlRefusal } from './context.ts'

interface Input {
  readonly branch: { readonly id?: string; readonly repositoryNameWithOwner?: string; readonly branchName?: string }
  readonly expectedHeadOid: string
  readonly message: { readonly headline: string; readonly body?: string }
  readonly fileChanges?: {
    readonly additions?: readonly { path: string; contents: string }[]
    readonly deletions?: readonly { path: string }[]
  }
  readonly clientMutationId?: string
}

/** Commits on top of exactly `expectedHeadOid`. Every file becomes 100644; author cannot be set; GitHub signs it. */
export async function createCommitOnBranch({ input }: { input: Input }, context: GraphqlContext): Promise<unknown> {
  const repository = findRepository(input, context)
  const branch = (input.branch.branchName ?? '').replace(/^refs\/heads\//, '')
  return repository.git.exclusively(async () => {
    const tip = await repository.git.tip(branch)
    if (tip === undefined)
      throw new GraphqlRefusal('NOT_FOUND', `Could not resolve to a Ref with the name '${branch}'.`)
    if (tip !== input.expectedHeadOid) throw staleData(input.expectedHeadOid)
    const sha = await writeCommit(repository, input, context)
    await refuseWhatRulesForbid(repository, context, branch, { before: tip, after: sha })
    repository.signed.add(sha)
    const pusher = actorAccount(context.caller)
    await moveRef(context.world, repository, { ref: `refs/heads/${branch}`, before: tip, after: sha, pusher })
    return payload(repository, branch, sha, input, context)
  })
}

function findRepository(input: Input, { world, caller }: GraphqlContext): Repository {
  const name = input.branch.repositoryNameWithOwner ?? ''
  const [owner = '', repo = ''] = name.split('/')
  const repository = world.repository(owner, repo)
  if (!repository || !maySee(world, caller, repository))
    throw new GraphqlRefusal('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`)
  try {
    checkAccess(world, caller, repository, needs('contents:write'))
  } catch (refusal) {
    if (refusal instanceof Refusal) throw new GraphqlRefusal('FORBIDDEN', refusal.message)
    throw refusal
  }
  return repository
}

function staleData(expected: string): GraphqlRefusal {
  return new GraphqlRefusal(
    'STALE_DATA',
    `Expected branch to point to "${expected}" but it did not. Pull and try again.`,
  )
}

async function writeCommit(repository: Repository, input: Input, { world, caller }: GraphqlContext): Promise<string> {
  const account = actorAccount(caller)
  const author = { name: account.name, email: noreplyAddress(account), date: world.now() }
  const { headline, body } = input.message
  return repository.git.commitTree({
    tree: await writeTree(repository, input),
    parents: [input.expectedHeadOid],
    message: body ? `${headline}\n\n${body}` : headline,
    author,
    committer: { ...WEB_FLOW, date: world.now() },
  })
}

/** Through an index file of its own: two commits at once do not meet. */
async function writeTree({ git }: Repository, { expectedHeadOid, fileChanges }: Input): Promise<string> {
  const index = join(tmpdir(), `local-github-index-${randomUUID()}`)
  const env = { GIT_INDEX_FILE: index }
  try {
    await git.text(['read-tree', expectedHeadOid], undefined, env)
    const entries: string[] = []
    for (const { path } of fileChanges?.deletions ?? []) {
      if ((await git.objectId(`${expectedHeadOid}:${path}`)) === undefined)
        throw new GraphqlRefusal('UNPROCESSABLE', `A path was requested for deletion which does not exist: ${path}`)
      entries.push(`0 ${ZERO}\t${path}\0`)
    }
    for (const { path, contents } of fileChanges?.additions ?? []) {
      const blob = await git.text(['hash-object', '-w', '--stdin'], Buffer.from(contents, 'base64'))
      entries.push(`100644 ${blob}\t${path}\0`)
    }
    await git.text(['update-index', '-z', '--index-info'], entries.join(''), env)
    return await git.text(['write-tree'], undefined, env)
  } finally {
    await rm(index, { force: true })
  }
}

async function refuseWhatRulesForbid(
  repository: Repository,
  { world, caller }: GraphqlContext,
  branch: string,
  update: { before: string; after: string },
): Promise<void> {
  try {
    await refuseRefWrite(world, repository, caller, branch, update)
  } catch (refusal) {
    if (refusal instanceof Refusal) throw new GraphqlRefusal('UNPROCESSABLE', refusal.message)
    throw refusal
  }
}

function payload(repository: Repository, branch: string, sha: string, input: Input, { world }: GraphqlContext) {
  const url = `${world.url}/${fullName(repository)}`
  return {
    clientMutationId: input.clientMutationId ?? null,
    commit: {
      id: nodeId('Commit', `${repository.id}:${sha}`),
      oid: sha,
      abbreviatedOid: sha.slice(0, 7),
      url: `${url}/commit/${sha}`,
      commitUrl: `${url}/commit/${sha}`,
      messageHeadline: input.message.headline,
      committedDate: world.now(),
    },
    ref: { id: nodeId('Ref', `${repository.id}:refs/heads/${branch}`), name: branch, prefix: 'refs/heads/' },
  }
}
