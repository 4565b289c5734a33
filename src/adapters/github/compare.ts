import type { Room } from './room.ts'

/** Whether the first commit is in the history of the second, or is the second. False where GitHub does not have both. */
export async function isBefore(room: Room, commit: string, other: string): Promise<boolean> {
  const status = await room.installation.find({
    what: `compare commits of ${room.name}`,
    ask: async (octokit) => {
      const basehead = `${other}...${commit}`
      const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ ...room.at, basehead, per_page: 1 })
      return data.status
    },
  })
  return status === 'behind' || status === 'identical'
}
