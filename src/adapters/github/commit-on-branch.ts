import type { CommitRequest } from '../../model/github.ts'
import type { FileMode } from '../../model/tree.ts'
import { createCommit, createTree, moveBranch, readCommit, readModes } from './git-data.ts'
import { failureIn } from './github-error.ts'
import type { Writer } from './installation.ts'
import { branchThing, type Room } from './room.ts'

type Result = { readonly sha: string } | 'stale'
type ReadTip = () => Promise<string | undefined>

/** GraphQL writes every file as 100644 and knows one parent, so executables, links and merges go through the Git Data API. */
export async function commitOnBranch(
  room: Room,
  writer: Writer,
  request: CommitRequest,
  readTip: ReadTip,
): Promise<Result> {
  const { tree } = await readCommit(room, request.merging ?? request.expectedHead)
  const paths = request.changes.filter((change) => change.content !== null).map((change) => change.path)
  const modes = await readModes(room, tree, paths)
  const plain = !request.merging && [...modes.values()].every((mode) => mode === '100644')
  const result = plain
    ? await commitByMutation(room, writer, request, readTip)
    : await commitByGitData(room, writer, request, { tree, modes }, readTip)
  room.installation.ownWrites.note(branchThing(room, request.branch))
  return result
}

const CREATE_COMMIT = /* GraphQL */ `
  mutation ($input: CreateCommitOnBranchInput!) {
    createCommitOnBranch(input: $input) {
      commit {
        oid
      }
    }
  }
`

async function commitByMutation(room: Room, writer: Writer, request: CommitRequest, readTip: ReadTip): Promise<Result> {
  const { installation, at, name } = room
  const input = inputOf(`${at.owner}/${at.repo}`, request)
  const send = () =>
    writer.create<Result>({
      what: `commit to ${request.branch} of ${name}`,
      ask: async (octokit) => {
        const answer = await octokit.graphql<CreateCommitAnswer>(CREATE_COMMIT, { input })
        return { sha: answer.createCommitOnBranch.commit.oid }
      },
      recover: () => committedAlready(room, request, readTip),
    })
  try {
    const fresh = () => installation.ownWrites.isFresh(branchThing(room, request.branch))
    return await installation.withLag(send, (error) => fresh() && failureIn(error)?.kind === 'missing')
  } catch (error) {
    if (failureIn(error)?.kind === 'stale') return 'stale'
    throw error
  }
}

interface CreateCommitAnswer {
  readonly createCommitOnBranch: { readonly commit: { readonly oid: string } }
}

function inputOf(repositoryNameWithOwner: string, request: CommitRequest) {
  const additions = request.changes.flatMap(({ path, content }) =>
    content === null ? [] : [{ path, contents: Buffer.from(content).toString('base64') }],
  )
  const deletions = request.changes.filter((change) => change.content === null).map(({ path }) => ({ path }))
  return {
    branch: { repositoryNameWithOwner, branchName: request.branch },
    expectedHeadOid: request.expectedHead,
    message: { headline: request.headline, ...(request.body !== undefined && { body: request.body }) },
    fileChanges: { additions, deletions },
  }
}

/** The answer was lost: the commit is ours when it stands directly on the expected head with our message. */
async function committedAlready(room: Room, request: CommitRequest, readTip: ReadTip): Promise<Result | undefined> {
  const tip = await readTip()
  if (tip === request.expectedHead) return undefined
  if (tip === undefined) return 'stale'
  const commit = await readCommit(room, tip)
  const ours = commit.parents[0] === request.expectedHead && commit.message.trimEnd() === messageOf(request)
  return ours ? { sha: tip } : 'stale'
}

async function commitByGitData(
  room: Room,
  writer: Writer,
  request: CommitRequest,
  base: { tree: string; modes: ReadonlyMap<string, FileMode> },
  readTip: ReadTip,
): Promise<Result> {
  if ((await readTip()) !== request.expectedHead) return 'stale'
  const entries = request.changes.map(({ path, content }) => ({
    path,
    content,
    mode: base.modes.get(path) ?? ('100644' as const),
  }))
  const tree = await createTree(room, writer, { base: base.tree, entries })
  const message = messageOf(request)
  const parents = [request.expectedHead, ...(request.merging ? [request.merging] : [])]
  const sha = await createCommit(room, writer, { message, tree, parents })
  const moved = await moveBranch(room, writer, request.branch, sha, readTip)
  return moved === 'stale' ? 'stale' : { sha }
}

function messageOf({ headline, body }: CommitRequest): string {
  return (body ? `${headline}\n\n${body}` : headline).trimEnd()
}
