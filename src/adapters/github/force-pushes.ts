import type { Room } from './room.ts'

/** When the head of a pull request was force-pushed. Plain pushes leave no event, and cannot bring an older commit back. */
export function listForcePushes(room: Room, number: number): Promise<string[]> {
  return room.installation.read({
    what: `list force-pushes of pull request ${number} of ${room.name}`,
    ask: async (octokit) => {
      const route = octokit.rest.issues.listEvents
      const events = await octokit.paginate(route, { ...room.at, issue_number: number, per_page: 100 })
      return events.filter(({ event }) => event === 'head_ref_force_pushed').map(({ created_at }) => created_at)
    },
  })
}
