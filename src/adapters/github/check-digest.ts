import { createHash } from 'node:crypto'
import type { CheckReport } from '../../model/github.ts'
import { canonicalJson, type Json } from '../../model/json.ts'

/** What a report says, so that it is not said twice. Its commit and name are where it stands, not what it says. */
export function reportDigest({ headSha, name, note, again, ...said }: CheckReport): string {
  return createHash('sha256')
    .update(canonicalJson(said as unknown as Json))
    .digest('hex')
}

/** What a run's `external_id` holds. */
export interface ExternalId {
  readonly digest: string
  /** Annotations are still to come: such a run is never taken for the whole report. */
  readonly partial: boolean
  readonly note?: string
  readonly again?: string
}

/** `lockstep:<digest>`, then `;note=…` and `;again=…` where there are any; `partial:` instead while annotations are to come. */
export function printExternalId({ digest, partial, note, again }: ExternalId): string {
  const kept = Object.entries({ note, again }).flatMap(([name, value]) => (value ? [`;${name}=${value}`] : []))
  return `${partial ? 'partial' : 'lockstep'}:${digest}${kept.join('')}`
}

/** Undefined for what this version did not write. */
export function parseExternalId(text: string): ExternalId | undefined {
  const match = /^(partial|lockstep):([0-9a-f]{64})(?:;note=([\w.-]{1,80}))?(?:;again=([\w.-]{1,80}))?$/.exec(text)
  if (!match) return undefined
  const [, kind, digest = '', note, again] = match
  return { digest, partial: kind === 'partial', ...(note && { note }), ...(again && { again }) }
}
