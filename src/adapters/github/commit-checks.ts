import type { CommitCheck } from '../../model/github.ts'
import type { Room } from './room.ts'

/** Everybody's check runs and commit statuses on a commit: the newest of each App and name, and of each status context. */
export async function listReported(room: Room, sha: string): Promise<CommitCheck[]> {
  const [runs, statuses] = await Promise.all([listCheckRuns(room, sha), listStatuses(room, sha)])
  return [...runs, ...statuses]
}

/** GitHub's own `latest` counts each suite apart, so the newest run of a name is found here. */
function listCheckRuns(room: Room, sha: string): Promise<CommitCheck[]> {
  return room.installation.read({
    what: `list all check runs of ${room.name} at ${sha}`,
    ask: async (octokit) => {
      const route = octokit.rest.checks.listForRef
      const runs = await octokit.paginate(route, { ...room.at, ref: sha, per_page: 100 })
      const newest = new Map<string, (typeof runs)[number]>()
      for (const run of runs) {
        const key = `${run.app?.id}\0${run.name}`
        const known = newest.get(key)
        if (!known || known.id < run.id) newest.set(key, run)
      }
      return [...newest.values()].map(({ name, status, conclusion, started_at }) => ({
        name,
        ...(status === 'completed' && { conclusion: conclusion ?? 'unknown' }),
        ...(started_at && { startedAt: started_at }),
      }))
    },
  })
}

/** Newest first, as GitHub lists them. */
function listStatuses(room: Room, sha: string): Promise<CommitCheck[]> {
  return room.installation.read({
    what: `list commit statuses of ${room.name} at ${sha}`,
    ask: async (octokit) => {
      const route = octokit.rest.repos.listCommitStatusesForRef
      const statuses = await octokit.paginate(route, { ...room.at, ref: sha, per_page: 100 })
      const newest = new Map(statuses.toReversed().map((status) => [status.context.toLowerCase(), status]))
      return [...newest.values()].map(({ context, state, created_at }) => ({
        name: context,
        ...(state !== 'pending' && { conclusion: state }),
        startedAt: created_at,
      }))
    },
  })
}
