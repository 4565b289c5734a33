import { needs } from '../http/access.ts'
import { created, noContent, ok } from '../http/answer.ts'
import { page } from '../http/pages.ts'
import { invalidRequest, notFound } from '../http/refusal.ts'
import { numberParam, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import { bypasses } from '../rules/active-rules.ts'
import { addRuleset, complete } from '../rules/add-ruleset.ts'
import { fullName } from '../state/repository.ts'
import type { BypassActor, Rule, Ruleset, RulesetDefinition } from '../state/ruleset.ts'
import { nodeId } from '../views/node-id.ts'
import { repositoryApiUrl, repositoryPageUrl } from '../views/repository.ts'
import { refuse } from './find.ts'

const READ = needs('metadata:read')
const ADMIN = needs('administration:write', 'admin')
const TYPES = [
  'creation',
  'update',
  'deletion',
  'non_fast_forward',
  'required_linear_history',
  'pull_request',
  'required_status_checks',
  'merge_queue',
]

export const rulesetRoutes: readonly Route[] = [
  repositoryRoute('GET', '/rulesets', READ, (call) =>
    page(call, [...call.repository.rulesets.values()], (ruleset) => summary(call, ruleset)),
  ),

  repositoryRoute('POST', '/rulesets', ADMIN, (call) => {
    call.input.require('name', 'enforcement')
    return created(full(call, addRuleset(call.world, call.repository, definitionOf(call))))
  }),

  repositoryRoute('GET', '/rulesets/:id', READ, (call) => ok(full(call, rulesetOf(call)))),

  repositoryRoute('PUT', '/rulesets/:id', ADMIN, (call) => {
    const old = rulesetOf(call)
    const ruleset: Ruleset = { ...old, ...definitionOf(call, old), updatedAt: call.world.now() }
    call.repository.rulesets.set(old.id, ruleset)
    return ok(full(call, ruleset))
  }),

  repositoryRoute('DELETE', '/rulesets/:id', ADMIN, (call) => {
    call.repository.rulesets.delete(rulesetOf(call).id)
    return noContent()
  }),
]

function definitionOf(call: RepositoryCall, old?: Ruleset): Required<RulesetDefinition> {
  const { input } = call
  const rules = input.objects('rules')?.map((rule) => rule.values as unknown as Rule) ?? old?.rules ?? []
  const strange = rules.find((rule) => !TYPES.includes(rule.type))
  if (strange) throw invalidRequest(`Invalid rule '${strange.type}': the local GitHub does not enforce this type.`)
  const conditions = (input.object('conditions')?.values as RulesetDefinition['conditions']) ?? old?.conditions
  const actors = (input.list('bypass_actors') as BypassActor[] | undefined) ?? old?.bypass_actors ?? []
  return complete({
    name: input.text('name') ?? old?.name ?? '',
    target: input.choice('target', ['branch', 'tag']) ?? old?.target ?? 'branch',
    enforcement: input.choice('enforcement', ['active', 'disabled', 'evaluate']) ?? old?.enforcement ?? 'active',
    bypass_actors: actors,
    ...(conditions ? { conditions } : {}),
    rules,
  })
}

function rulesetOf(call: RepositoryCall): Ruleset {
  return call.repository.rulesets.get(numberParam(call, 'id')) ?? refuse(notFound())
}

function summary(call: RepositoryCall, ruleset: Ruleset): Record<string, unknown> {
  const { repository, world } = call
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository',
    source: fullName(repository),
    enforcement: ruleset.enforcement,
    node_id: nodeId('RepositoryRuleset', ruleset.id),
    _links: {
      self: { href: `${repositoryApiUrl(world, repository)}/rulesets/${ruleset.id}` },
      html: { href: `${repositoryPageUrl(world, repository)}/rules/${ruleset.id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  }
}

function full(call: RepositoryCall, ruleset: Ruleset): Record<string, unknown> {
  return {
    ...summary(call, ruleset),
    bypass_actors: ruleset.bypass_actors,
    current_user_can_bypass: bypassWord(call, ruleset),
    conditions: ruleset.conditions,
    rules: ruleset.rules,
  }
}

function bypassWord({ world, repository, caller }: RepositoryCall, ruleset: Ruleset): string {
  if (bypasses(world, repository, ruleset, caller, 'push')) return 'always'
  return bypasses(world, repository, ruleset, caller, 'pull_request') ? 'pull_requests_only' : 'never'
}
