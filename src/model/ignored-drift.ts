import { createHash } from 'node:crypto'
import type { Target } from './target.ts'
import type { DriftEntry } from './target-status.ts'

/** A keyed hash in lower-case hex: equal for equal texts, and says nothing of the text to those without the key. */
export type Fingerprint = (text: string) => string

/** Somebody said that this drift should block nothing for now. */
export interface IgnoredDrift {
  /** As `driftFingerprint` made it. */
  readonly id: string
  readonly by: string
  /** ISO 8601. */
  readonly until: string
}

/**
 * Tells one drift from every other: the same field of the same object of the same target, with the same live value by the same writer.
 * A fingerprint, because live values and the names of people's tools must not stand where everybody can read them.
 */
export function driftFingerprint(target: Target, entry: DriftEntry, fingerprint: Fingerprint): string {
  const { application, environment, cluster } = target
  const { namespace = '', object, path, live, manager = '' } = entry
  const words = [application, environment, cluster, namespace, object, path, live, manager]
  return fingerprint(JSON.stringify(words)).slice(0, 32)
}

/** What a check showed, whatever the order: 12 hexadecimal digits. */
export function driftSetId(ids: readonly string[]): string {
  return createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex')
    .slice(0, 12)
}
