import type { Branches } from '../../model/github.ts'
import type { BotIdentity } from './bot-identity.ts'
import { commitOnBranch } from './commit-on-branch.ts'
import { isBefore } from './compare.ts'
import { createCommit, createTree } from './git-data.ts'
import { failureIn, refusedWith } from './github-error.ts'
import type { Writer } from './installation.ts'
import { branchThing, letterTo, type Room } from './room.ts'

export function createBranches(room: Room, bot: Pick<BotIdentity, 'login'>): Branches {
  const { installation } = room
  return {
    tip: (branch) => readTip(room, branch),
    list: (prefix) => listBranches(room, prefix),
    create: (branch, sha) =>
      installation.send(letterTo(room, `branch ${branch}`, 'change'), (writer) =>
        createBranch(room, writer, branch, sha),
      ),
    commit: (request) =>
      installation.send(letterTo(room, `branch ${request.branch}`, 'change'), (writer) =>
        commitOnBranch(room, writer, request, () => readTip(room, request.branch)),
      ),
    createOrphan: (branch, message, files) =>
      installation.send(letterTo(room, `branch ${branch}`, 'change'), async (writer) => {
        if (await readTip(room, branch)) return 'exists'
        const entries = files.map((file) => ({ path: file.path, mode: '100644' as const, content: file.content }))
        const tree = await createTree(room, writer, { entries })
        const sha = await createCommit(room, writer, { message, tree, parents: [] })
        return createBranch(room, writer, branch, sha)
      }),
    delete: (branch) =>
      installation.send(letterTo(room, `branch ${branch}`, 'change', false), (writer) =>
        deleteBranch(room, writer, branch),
      ),
    isBefore: (commit, other) => isBefore(room, commit, other),
    isOwn: async (sha) => {
      const [commit, login] = await Promise.all([readAuthor(room, sha), bot.login()])
      return commit?.verified === true && commit.author === login
    },
  }
}

function readTip(room: Room, branch: string): Promise<string | undefined> {
  return room.installation.find(
    {
      what: `read branch ${branch} of ${room.name}`,
      ask: async (octokit) => (await octokit.rest.git.getRef({ ...room.at, ref: `heads/${branch}` })).data.object.sha,
    },
    branchThing(room, branch),
  )
}

/** The account of the author and GitHub's own word about the signature; the files of the commit are left out as far as GitHub lets us. */
function readAuthor(room: Room, sha: string) {
  return room.installation.find({
    what: `read who wrote commit ${sha} of ${room.name}`,
    ask: async (octokit) => {
      const { data } = await octokit.rest.repos.getCommit({ ...room.at, ref: sha, per_page: 1 })
      return { author: data.author?.login, verified: data.commit.verification?.verified }
    },
  })
}

function listBranches(room: Room, prefix: string): Promise<{ name: string; sha: string }[]> {
  return room.installation.read({
    what: `list branches ${prefix}… of ${room.name}`,
    ask: async (octokit) => {
      const found = await octokit.paginate(octokit.rest.git.listMatchingRefs, { ...room.at, ref: `heads/${prefix}` })
      return found.map(({ ref, object }) => ({ name: ref.replace('refs/heads/', ''), sha: object.sha }))
    },
  })
}

async function createBranch(room: Room, writer: Writer, branch: string, sha: string): Promise<'created' | 'exists'> {
  try {
    await writer.create({
      what: `create branch ${branch} of ${room.name}`,
      ask: async (octokit) => {
        await octokit.rest.git.createRef({ ...room.at, ref: `refs/heads/${branch}`, sha })
        return true
      },
      recover: async () => ((await readTip(room, branch)) === sha ? true : undefined),
    })
    room.installation.ownWrites.note(branchThing(room, branch))
    return 'created'
  } catch (error) {
    if (refusedWith(error, /reference already exists/i)) return 'exists'
    throw error
  }
}

/** Gone already is what was wanted: GitHub may delete a merged branch itself. */
async function deleteBranch(room: Room, writer: Writer, branch: string): Promise<void> {
  try {
    await writer.edit({
      what: `delete branch ${branch} of ${room.name}`,
      ask: (octokit) => octokit.rest.git.deleteRef({ ...room.at, ref: `heads/${branch}` }),
    })
  } catch (error) {
    const gone = failureIn(error)?.kind === 'missing' || refusedWith(error, /reference does not exist/i)
    if (!gone) throw error
  }
  room.installation.ownWrites.forget(branchThing(room, branch))
}
