import type { Repository } from '../state/repository.ts'
import type { Ruleset, RulesetDefinition } from '../state/ruleset.ts'
import type { World } from '../world.ts'

export function addRuleset(world: World, repository: Repository, definition: RulesetDefinition): Ruleset {
  const now = world.now()
  const ruleset: Ruleset = { ...complete(definition), id: world.nextId(), createdAt: now, updatedAt: now }
  repository.rulesets.set(ruleset.id, ruleset)
  return ruleset
}

export function complete(definition: RulesetDefinition): Required<RulesetDefinition> {
  return {
    name: definition.name,
    target: definition.target ?? 'branch',
    enforcement: definition.enforcement,
    bypass_actors: definition.bypass_actors ?? [],
    conditions: definition.conditions ?? { ref_name: { include: [], exclude: [] } },
    rules: definition.rules ?? [],
  }
}
