import type { Person } from '../../model/github.ts'
import { personOf } from './person.ts'
import type { Room } from './room.ts'

/** GitHub itself: it commits what is made on its pages and through its API. */
const GITHUB = 'noreply@github.com'

/** Authors and committers of what a pull request adds, each once; undefined for addresses that are nobody's. */
export function listCommitters(room: Room, number: number): Promise<(Person | undefined)[]> {
  return room.installation.read({
    what: `list commits of pull request ${number} of ${room.name}`,
    ask: async (octokit) => {
      const route = octokit.rest.pulls.listCommits
      const commits = await octokit.paginate(route, { ...room.at, pull_number: number, per_page: 100 })
      const sides = commits.flatMap(({ author, committer, commit }) => [
        author,
        ...(commit.committer?.email === GITHUB ? [] : [committer]),
      ])
      const found = sides.map((side) => (isAccount(side) ? personOf(side) : undefined))
      return [...new Map(found.map((person) => [person?.login, person])).values()]
    },
  })
}

/** An empty object, too, is nobody. */
function isAccount(side: { login?: string; type?: string } | null): side is { login: string; type?: string } {
  return side?.login !== undefined
}
