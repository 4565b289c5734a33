/**
 * What a refusal means for the caller.
 * `conflict`: other managers own fields of this apply (see `conflicts`; force takes them) · `stale`: a uid or resourceVersion precondition
 * failed · `exists` · `immutable`: a field cannot be changed on the live object · `invalid`: the body is wrong and stays wrong ·
 * `not-found`: the object or its namespace · `unknown-kind` · `terminating`: the namespace is being deleted · `forbidden`: a right is
 * missing · `denied`: a webhook, a policy or a quota says no · `no-dry-run`: a webhook of this object does not take part in dry runs ·
 * `expired`: the resourceVersion is too old · `unavailable`: throttled, overloaded or broken; a later try may do.
 */
export type ClusterErrorKind =
  | 'conflict'
  | 'stale'
  | 'exists'
  | 'immutable'
  | 'invalid'
  | 'not-found'
  | 'unknown-kind'
  | 'terminating'
  | 'forbidden'
  | 'denied'
  | 'no-dry-run'
  | 'expired'
  | 'unavailable'

/** One of `details.causes` of a Kubernetes Status. */
export interface ErrorCause {
  /** e.g. `.spec.replicas` or `spec.selector`, as the server spells it. */
  readonly field: string
  /** e.g. `FieldManagerConflict`, `FieldValueInvalid`. */
  readonly reason: string
  readonly message: string
  /** It says that the field cannot be changed on the live object, and nothing else. */
  readonly immutable?: boolean
}

/** A field of our apply that another manager owns with another value. */
export interface FieldConflict {
  readonly field: string
  readonly manager: string
  /** Through which the manager wrote it, e.g. `scale`. */
  readonly subresource?: string
}

export interface ClusterErrorFacts {
  readonly kind: ClusterErrorKind
  readonly message: string
  /** HTTP status; 0 when the connection broke. */
  readonly status: number
  /** Kubernetes' own word, e.g. `Conflict`, `Invalid`; empty where the server gave none. */
  readonly reason: string
  readonly causes?: readonly ErrorCause[]
  readonly conflicts?: readonly FieldConflict[]
  /** The admission webhook that refused, failed or cannot rehearse. */
  readonly webhook?: string
  /** Milliseconds the server asked to wait. */
  readonly retryAfterMs?: number
}

/** The API server's refusal. The message holds no value of a Secret. */
export class ClusterError extends Error {
  readonly kind: ClusterErrorKind
  readonly status: number
  readonly reason: string
  readonly causes: readonly ErrorCause[]
  /** Only with kind `conflict`. */
  readonly conflicts: readonly FieldConflict[]
  /** The admission webhook that refused, failed or cannot rehearse. */
  readonly webhook: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(facts: ClusterErrorFacts, options?: ErrorOptions) {
    super(facts.message, options)
    this.name = 'ClusterError'
    this.kind = facts.kind
    this.status = facts.status
    this.reason = facts.reason
    this.causes = facts.causes ?? []
    this.conflicts = facts.conflicts ?? []
    this.webhook = facts.webhook
    this.retryAfterMs = facts.retryAfterMs
  }

  /** The same request may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return this.kind === 'unavailable'
  }
}
