import type { Room } from './room.ts'

export interface RepositoryFacts {
  readonly defaultBranch: string
  readonly isPublic: boolean
  /** `undefined` where the App may not see the setting. */
  readonly mergeMethods: Readonly<Record<'merge' | 'squash' | 'rebase', boolean | undefined>>
}

/** Asked each time: unchanged answers cost nothing of the rate limit, and a setting may change any moment. */
export function readRepository(room: Room): Promise<RepositoryFacts> {
  return room.installation.read({
    what: `read repository ${room.name}`,
    ask: async (octokit) => {
      const { data } = await octokit.rest.repos.get(room.at)
      return {
        defaultBranch: data.default_branch,
        isPublic: data.visibility === undefined ? !data.private : data.visibility === 'public',
        mergeMethods: {
          merge: data.allow_merge_commit,
          squash: data.allow_squash_merge,
          rebase: data.allow_rebase_merge,
        },
      }
    },
  })
}
