import { LockstepError } from '../../model/errors.ts'
import type { People, Permission } from '../../model/github.ts'
import type { Room } from './room.ts'

export function createPeople(room: Room): People {
  const { installation, at, name } = room
  return {
    permission: async (login) => {
      if (login.endsWith('[bot]')) return 'none'
      // GitHub answers 404 for everyone who is not a user.
      const found = await installation.find({
        what: `read the permission of ${login} in ${name}`,
        ask: async (octokit) => {
          const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login })
          return data.user?.type === 'Bot' ? 'none' : permissionOf(data.permission)
        },
      })
      return found ?? 'none'
    },
    isTeamMember: async (team, login) => {
      const { org, slug } = parseTeam(team)
      const state = await installation.find({
        what: `read whether ${login} is in ${team}`,
        ask: async (octokit) => {
          const place = { org, team_slug: slug, username: login }
          return (await octokit.rest.teams.getMembershipForUserInOrg(place)).data.state
        },
      })
      // An invitation that is not accepted is `pending`.
      return state === 'active'
    },
  }
}

/** GitHub maps `maintain` to write and `triage` to read itself. */
function permissionOf(permission: string): Permission {
  return permission === 'admin' || permission === 'write' || permission === 'read' ? permission : 'none'
}

function parseTeam(team: string): { org: string; slug: string } {
  const [org, slug, ...rest] = team.split('/')
  if (org && slug && rest.length === 0) return { org, slug }
  throw new LockstepError({
    code: 'GITHUB_REFUSED',
    message: `${team} is not a team's name.`,
    remedy: 'Write it as organization/team.',
  })
}
