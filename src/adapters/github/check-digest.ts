import { createHash } from 'node:crypto'
import type { CheckReport } from '../../model/github.ts'
import { canonicalJson, type Json } from '../../model/json.ts'

/** What a report says, so that it is not said twice. Its commit and name are where it stands, not what it says. */
export function reportDigest({ headSha, name, ...said }: CheckReport): string {
  return createHash('sha256')
    .update(canonicalJson(said as unknown as Json))
    .digest('hex')
}

/** A run's `external_id`. `partial` while annotations are still to come: such a run is never taken for the whole report. */
export function printExternalId(digest: string, partial: boolean): string {
  return `${partial ? 'partial' : 'lockstep'}:${digest}`
}

/** The digest of a run that holds its whole report; undefined for any other. */
export function digestOf(externalId: string): string | undefined {
  return /^lockstep:([0-9a-f]{64})$/.exec(externalId)?.[1]
}
