import { LockstepError } from '../model/errors.ts'
import { parseDuration } from './duration.ts'
import { toGates } from './parse-gates.ts'
import { type ReconcileDefaults, toHealth, toReconcileKeys } from './parse-reconcile-keys.ts'
import type {
  AfterRule,
  CarryRule,
  DriftConfig,
  EnvironmentConfig,
  KindsConfig,
  RepositoryConfig,
} from './repository-config.ts'
import { repositoryRuleProblems } from './repository-rules.ts'
import { type DriftInput, type EnvironmentInput, type RepositoryInput, repositorySchema } from './repository-schema.ts'
import { byPlace, schemaProblems } from './schema-problems.ts'
import { toVersionWatches } from './versions.ts'
import { parseYamlSource } from './yaml-source.ts'

const REFERENCE = 'docs/reference/repository-config.md'
const DEFAULT_DRIFT: DriftConfig = { policy: 'heal', pullRequests: 'block', blockAfterMs: 10_000 }
const DEFAULT_CARRY: readonly CarryRule[] = [{ kind: 'images' }, { kind: 'refs' }, { kind: 'charts' }]
const DEFAULT_KEEP: readonly string[] = ['replicas', 'patches']

/** Reads `.lockstep.yaml`. Throws a LockstepError that holds every problem of the file, in the order of its lines. */
export function parseRepositoryConfig(text: string, file = '.lockstep.yaml'): RepositoryConfig {
  const source = parseYamlSource(text, file)
  const problems = [...schemaProblems(repositorySchema, source, REFERENCE), ...repositoryRuleProblems(source)]
  if (problems.length > 0) throw new LockstepError(problems.toSorted(byPlace))
  return toRepositoryConfig(source.value as RepositoryInput)
}

function toRepositoryConfig(input: RepositoryInput): RepositoryConfig {
  const drift = toDrift(input.drift, DEFAULT_DRIFT)
  const defaults = { order: input.order ?? {}, health: toHealth(input.health), removal: input.removal ?? 'orphan' }
  return {
    version: 1,
    overlays: typeof input.overlays === 'string' ? [input.overlays] : input.overlays,
    ...(input.application !== undefined && { application: input.application }),
    environments: input.environments.map((environment) => toEnvironment(environment, drift, defaults)),
    carry: input.carry?.map(toCarryRule) ?? DEFAULT_CARRY,
    keep: input.keep ?? DEFAULT_KEEP,
    drift,
    prune: { limit: input.prune?.limit ?? 10 },
    removal: defaults.removal,
    ...(input.takeover && { takeover: input.takeover }),
    ...(input.versions && { versions: toVersionWatches(input.versions) }),
  }
}

function toEnvironment(input: EnvironmentInput, drift: DriftConfig, defaults: ReconcileDefaults): EnvironmentConfig {
  return {
    name: input.name,
    clusters: input.clusters ?? (input.cluster === undefined ? [] : [input.cluster]),
    after: toAfterRule(input.after),
    promote: input.promote ?? 'manual',
    promotions: input.promotions ?? 'latest',
    gates: toGates(input.gates),
    changes: input.changes ?? 'allow',
    ...(input.commands && { commands: input.commands }),
    freeze: input.freeze ?? [],
    namespaces: input.namespaces ?? [],
    ...(input.kinds && { kinds: input.kinds as KindsConfig }),
    drift: toDrift(input.drift, drift),
    ...toReconcileKeys(input, defaults),
  }
}

function toAfterRule(after: EnvironmentInput['after'] = []): AfterRule {
  return Array.isArray(after) ? { all: after } : after
}

function toDrift(input: DriftInput = {}, otherwise: DriftConfig): DriftConfig {
  return {
    policy: input.policy ?? otherwise.policy,
    pullRequests: input.pullRequests ?? otherwise.pullRequests,
    blockAfterMs: input.blockAfter === undefined ? otherwise.blockAfterMs : parseDuration(input.blockAfter),
    ...listed('ignore', otherwise.ignore, input.ignore),
    ...listed('people', otherwise.people, input.people),
  }
}

/** Both lists, the broader one first; no key where neither says anything. */
function listed<K extends string, T>(key: K, broad: readonly T[] = [], narrow: readonly T[] = []): { [P in K]?: T[] } {
  const all = [...broad, ...narrow]
  return all.length > 0 ? ({ [key]: all } as { [P in K]: T[] }) : {}
}

function toCarryRule(rule: NonNullable<RepositoryInput['carry']>[number]): CarryRule {
  if (typeof rule === 'string') return { kind: rule }
  if ('patch' in rule) return { kind: 'patch', ...rule }
  return 'path' in rule ? { kind: 'path', ...rule } : { kind: 'files', ...rule }
}
