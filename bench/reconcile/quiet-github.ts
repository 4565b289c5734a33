import type {
  Branches,
  Checks,
  Comments,
  GitHub,
  GitHubRepository,
  People,
  PullRequests,
  RepositoryRef,
} from '../../src/model/github.ts'

/** A GitHub with one repository in which nobody asks for anything: what a worker does there is all its own. */
export function quietGitHub(ref: RepositoryRef): GitHub {
  return {
    repositories: async () => [ref],
    repository: () => quietRepository(ref),
    gitAccess: async () => ({ url: '', authorization: '' }),
    botLogin: async () => 'lockstep[bot]',
    redeliverFailed: async () => 0,
    now: () => new Date(),
  }
}

function quietRepository(ref: RepositoryRef): GitHubRepository {
  return {
    ref,
    url: 'https://github.example.com/acme/load',
    defaultBranch: async () => 'main',
    isPublic: async () => false,
    pulls: refusing<PullRequests>({ listOpen: async () => [], listByHead: async () => [] }),
    comments: refusing<Comments>({ listSince: async () => [] }),
    checks: refusing<Checks>({ list: async () => [] }),
    branches: refusing<Branches>({ tip: async () => undefined, list: async () => [] }),
    people: refusing<People>({ permission: async () => 'none' as const, isTeamMember: async () => false }),
    deployments: { record: async () => {} },
  }
}

/** What the bench does not expect to be called says so. */
function refusing<T extends object>(known: Partial<T>): T {
  return new Proxy(known as T, {
    get(target, name, self) {
      if (name in target || typeof name === 'symbol') return Reflect.get(target, name, self)
      return () => Promise.reject(new Error(`the bench has no answer for ${name}`))
    },
  })
}
