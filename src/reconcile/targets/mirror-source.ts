import { LockstepError } from '../../model/errors.ts'
import type { Mirror } from '../../model/mirror.ts'
import type { PastCommit, Source } from '../ports.ts'
import { resolveTrack } from './track.ts'

/** How far back a configuration that can be read is looked for. */
const COMMITS = 50

/** The tip of the default branch, or what an environment tracks, as the mirror last fetched it. */
export function sourceOfMirror(mirror: Mirror, branch: string): Source {
  return {
    async newest(track) {
      const revision = track ? await resolveTrack(mirror, track) : await mirror.resolve(branch)
      if (!revision) throw new LockstepError(emptyRepository(branch))
      return { revision, tree: await mirror.tree(revision) }
    },
    async tree(revision) {
      const known = await mirror.resolve(revision)
      return known ? mirror.tree(known) : undefined
    },
    async history() {
      const revision = await mirror.resolve(branch)
      return revision ? lastCommits(mirror, revision) : []
    },
  }
}

export async function lastCommits(mirror: Pick<Mirror, 'log'>, from: string): Promise<PastCommit[]> {
  const commits = await mirror.log(from, { limit: COMMITS })
  return commits.map(({ sha, committedAt }) => ({ revision: sha, committedAt }))
}

function emptyRepository(branch: string) {
  return {
    code: 'REPOSITORY_EMPTY',
    message: `The repository has no commit on ${branch}, so nothing is applied, healed or pruned.`,
    remedy: 'Push a first commit.',
  }
}
