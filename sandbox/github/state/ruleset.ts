export interface Rule {
  readonly type: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

export interface BypassActor {
  readonly actor_id: number | null
  readonly actor_type: 'Integration' | 'OrganizationAdmin' | 'RepositoryRole' | 'Team' | 'DeployKey'
  readonly bypass_mode: 'always' | 'pull_request' | 'exempt'
}

/** What a caller writes; the stand-in adds the id. The keys are GitHub's. */
export interface RulesetDefinition {
  readonly name: string
  readonly target?: 'branch' | 'tag'
  readonly enforcement: 'active' | 'disabled' | 'evaluate'
  readonly bypass_actors?: readonly BypassActor[]
  readonly conditions?: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] }
  }
  readonly rules?: readonly Rule[]
}

export interface Ruleset extends Required<RulesetDefinition> {
  readonly id: number
  readonly createdAt: string
  readonly updatedAt: string
}
