import type { Room } from './room.ts'

/** A rule of a branch, as rulesets of the repository and its organization make it. */
export interface BranchRule {
  readonly type: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** Active rules of a branch, whoever may bypass them. Classic branch protection is not among them. */
export function readBranchRules(room: Room, branch: string): Promise<BranchRule[]> {
  return room.installation.read({
    what: `read the rules of ${branch} of ${room.name}`,
    ask: async (octokit) => {
      const found = await octokit.paginate(octokit.rest.repos.getBranchRules, { ...room.at, branch, per_page: 100 })
      return found.map((rule) => ({ type: rule.type, parameters: ('parameters' in rule && rule.parameters) || {} }))
    },
  })
}

/** What the rules ask of a pull request: GitHub says only that something is missing. */
export function rulesSentence(branch: string, rules: readonly BranchRule[]): string {
  const asked = rules.flatMap(demands)
  if (asked.length === 0) return `GitHub says that the protection of ${branch} is not satisfied.`
  return `The rules of ${branch} are not satisfied. They ask for: ${[...new Set(asked)].join(', ')}.`
}

function demands({ type, parameters }: BranchRule): string[] {
  if (type === 'required_status_checks') return checkNames(parameters).map((name) => `the check ${name}`)
  if (type === 'required_signatures') return ['signed commits']
  if (type === 'required_deployments') return ['deployments']
  if (type !== 'pull_request') return []
  const count = Number(parameters.required_approving_review_count ?? 0)
  return [
    ...(count > 0 ? [`${count} approving review${count > 1 ? 's' : ''}`] : []),
    ...(parameters.require_code_owner_review === true ? ['a review by the code owners'] : []),
    ...(parameters.require_last_push_approval === true ? ['an approval of the last push by somebody else'] : []),
    ...(parameters.required_review_thread_resolution === true ? ['resolved conversations'] : []),
  ]
}

function checkNames({ required_status_checks: checks }: BranchRule['parameters']): string[] {
  return Array.isArray(checks) ? checks.map(({ context }: { context: string }) => context) : []
}
