import type { JsonObject } from '../../model/json.ts'
import type { Health } from '../../model/target-status.ts'

export interface HealthVerdict {
  readonly health: Health
  /** What it waits for or what failed; empty when healthy. */
  readonly message: string
}

export type HealthRule = (object: JsonObject) => HealthVerdict

export const HEALTHY: HealthVerdict = { health: 'Healthy', message: '' }

export function progressing(message: string): HealthVerdict {
  return { health: 'Progressing', message }
}

export function degraded(message: string): HealthVerdict {
  return { health: 'Degraded', message }
}

export function suspended(message: string): HealthVerdict {
  return { health: 'Suspended', message }
}
