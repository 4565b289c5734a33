import { createHash } from 'node:crypto'
import type { LiveObject } from '../../model/cluster.ts'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'

/** What a Lease says. */
export interface LeaseRecord {
  /** Empty: it was given up. */
  readonly holder: string
  /** By the holder's clock, so good for telling renewals apart and for nothing else. */
  readonly renewTime: string
  readonly durationMs: number
  /** How often it went from one holder to another. */
  readonly transitions: number
  readonly resourceVersion: string
}

/** A Lease that somebody made by hand may lack anything. */
export function parseLease(body: LiveObject): LeaseRecord {
  const spec = isJsonObject(body.spec) ? body.spec : {}
  const metadata = isJsonObject(body.metadata) ? body.metadata : {}
  return {
    holder: String(spec.holderIdentity ?? ''),
    renewTime: String(spec.renewTime ?? ''),
    durationMs: whole(spec.leaseDurationSeconds) * 1000,
    transitions: whole(spec.leaseTransitions),
    resourceVersion: String(metadata.resourceVersion ?? ''),
  }
}

function whole(value: Json | undefined): number {
  const number = Number(value ?? 0)
  return Number.isSafeInteger(number) ? number : 0
}

/** The `spec` of a taken or renewed Lease; `before` is what it said until now. */
export function printSpec(holder: string, leaseMs: number, now: Date, before: LeaseRecord | undefined): JsonObject {
  const time = printTime(now)
  const renewal = { holderIdentity: holder, leaseDurationSeconds: Math.ceil(leaseMs / 1000), renewTime: time }
  if (before?.holder === holder) return renewal
  return { ...renewal, acquireTime: time, leaseTransitions: (before?.transitions ?? -1) + 1 }
}

/** Kubernetes' MicroTime wants exactly six digits. */
function printTime(now: Date): string {
  return now.toISOString().replace('Z', '000Z')
}

/** Name of the Lease of a cluster. Two names of the operator may lead to one API server, and a name may hold what an object's may not. */
export function leaseName(cluster: string): string {
  const plain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(cluster)
  return `lockstep-worker-${plain ? cluster : createHash('sha256').update(cluster).digest('hex').slice(0, 16)}`
}
