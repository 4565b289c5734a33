import { parseDuration } from './duration.ts'
import type { HealthInput, WavesInput } from './reconcile-schema.ts'
import type {
  EnvironmentConfig,
  HealthConfig,
  HealthRuleConfig,
  OrderConfig,
  Removal,
  Track,
  Wave,
} from './repository-config.ts'
import type { EnvironmentInput } from './repository-schema.ts'

const TIMEOUT_MS = 5 * 60_000

/** What an environment has that does not say otherwise. */
export interface ReconcileDefaults {
  readonly order: OrderConfig
  readonly health: HealthConfig
  readonly removal: Removal
}

type ReconcileKeys = Pick<EnvironmentConfig, 'track' | 'suspend' | 'waves' | 'order' | 'health' | 'removal'>

/** The keys of an environment that say how it is reconciled. */
export function toReconcileKeys(input: EnvironmentInput, defaults: ReconcileDefaults): ReconcileKeys {
  return {
    ...(input.track && { track: input.track as Track }),
    suspend: input.suspend ?? false,
    waves: (input.waves ?? []).map(toWave),
    order: input.order ?? defaults.order,
    health: toHealth(input.health, defaults.health),
    removal: input.removal ?? defaults.removal,
  }
}

/** Its rules come before those of `otherwise`. */
export function toHealth(
  input: HealthInput = {},
  otherwise: HealthConfig = { timeoutMs: TIMEOUT_MS, rules: [] },
): HealthConfig {
  return {
    timeoutMs: input.timeout === undefined ? otherwise.timeoutMs : parseDuration(input.timeout),
    rules: [...(input.rules ?? []).map(toHealthRule), ...otherwise.rules],
  }
}

function toHealthRule({ kind, ...expressions }: NonNullable<HealthInput['rules']>[number]): HealthRuleConfig {
  const dot = kind.indexOf('.')
  return dot < 0
    ? { kind, group: '', ...expressions }
    : { kind: kind.slice(0, dot), group: kind.slice(dot + 1), ...expressions }
}

function toWave(wave: WavesInput[number]): Wave {
  return Array.isArray(wave)
    ? { clusters: wave, soakMs: 0 }
    : { clusters: wave.clusters, soakMs: parseDuration(wave.soak ?? 0) }
}
