import { needs } from '../http/access.ts'
import { ok } from '../http/answer.ts'
import { page } from '../http/pages.ts'
import { Refusal } from '../http/refusal.ts'
import { param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { isHidden } from '../repositories/hidden-refs.ts'
import { rulesOf } from '../rules/active-rules.ts'
import { commitView } from '../views/commit.ts'
import { repositoryApiUrl, repositoryPageUrl } from '../views/repository.ts'
import { refuse } from './find.ts'

export const branchRoutes: readonly Route[] = [
  repositoryRoute('GET', '/branches', needs('contents:read'), async (call) => {
    const refs = await call.repository.git.refs('refs/heads')
    const branches = [...refs].map(([ref, sha]) => ({ name: ref.slice('refs/heads/'.length), sha }))
    return page(call, branches, (branch) => shortBranch(call, branch.name, branch.sha))
  }),

  repositoryRoute('GET', '/branches/:branch', needs('contents:read'), async (call) => {
    const name = param(call, 'branch')
    const sha = (await tipOf(call, name)) ?? refuse(new Refusal(404, 'Branch not found'))
    const api = `${repositoryApiUrl(call.world, call.repository)}/branches/${name}`
    return ok({
      ...shortBranch(call, name, sha),
      commit: await commitView(call.world, call.repository, sha),
      _links: { self: api, html: `${repositoryPageUrl(call.world, call.repository)}/tree/${name}` },
      protection: unprotected(),
    })
  }),

  repositoryRoute('GET', '/branches/:branch/protection', needs('administration:read', 'admin'), async (call) => {
    const known = (await tipOf(call, param(call, 'branch'))) !== undefined
    throw new Refusal(404, known ? 'Branch not protected' : 'Branch not found')
  }),

  repositoryRoute('GET', '/rules/branches/:branch', needs('metadata:read'), (call) =>
    page(call, rulesOf(call.repository, param(call, 'branch')), ({ rule, ruleset }) => ({
      type: rule.type,
      ...(rule.parameters ? { parameters: rule.parameters } : {}),
      ruleset_source_type: 'Repository',
      ruleset_source: `${call.repository.owner.login}/${call.repository.name}`,
      ruleset_id: ruleset.id,
    })),
  ),
]

async function tipOf({ repository }: RepositoryCall, branch: string): Promise<string | undefined> {
  return isHidden(repository, `refs/heads/${branch}`) ? undefined : repository.git.tip(branch)
}

function shortBranch(call: RepositoryCall, name: string, sha: string): Record<string, unknown> {
  const api = repositoryApiUrl(call.world, call.repository)
  return {
    name,
    commit: { sha, url: `${api}/commits/${sha}` },
    protected: rulesOf(call.repository, name).length > 0,
    protection: unprotected(),
    protection_url: `${api}/branches/${name}/protection`,
  }
}

/** Classic protection is another world than rulesets; here no branch has any. */
function unprotected(): Record<string, unknown> {
  return { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } }
}
