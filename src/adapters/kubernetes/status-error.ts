import { ClusterError, type ClusterErrorKind, type ErrorCause, type FieldConflict } from '../../model/cluster-error.ts'
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts'

/** What a request was about. */
export interface Subject {
  /** e.g. `Deployment/checkout`. */
  readonly label: string
  /** The server's messages may quote values of it. */
  readonly secret: boolean
}

export interface Refusal {
  readonly status: number
  /** The parsed body where it was JSON. */
  readonly body: Json | undefined
  readonly retryAfterMs: number | undefined
}

/** Reads a refused request's answer (a Kubernetes Status, or whatever stood in front of the server). */
export function statusError({ status, body, retryAfterMs }: Refusal, subject: Subject): ClusterError {
  const answer = isJsonObject(body) ? body : {}
  const reason = text(answer.reason)
  const message = text(answer.message)
  const causes = readCauses(answer)
  const kind = classify({ status, reason, message, causes, known: isJsonObject(body) })
  const quotes = subject.secret && quotesValues.includes(kind)
  const webhook = webhookOf(message)
  return new ClusterError({
    kind,
    status,
    reason,
    message: quotes
      ? withoutValues(subject, causes, missingRight(message) ?? webhook ?? (reason || `HTTP ${status}`))
      : message || `${subject.label}: HTTP ${status}`,
    causes: quotes ? causes.map((cause) => ({ ...cause, message: '' })) : causes,
    ...(kind === 'conflict' && { conflicts: readConflicts(causes) }),
    ...(webhook !== undefined && { webhook }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

interface Facts {
  readonly status: number
  readonly reason: string
  readonly message: string
  readonly causes: readonly ErrorCause[]
  /** The body was a Status. */
  readonly known: boolean
}

function classify(facts: Facts): ClusterErrorKind {
  const { status, reason, message, causes } = facts
  if (status === 409) return classifyConflict(facts)
  if (status === 403) return classifyForbidden(facts)
  if (status === 404)
    return facts.known && reason === 'NotFound' && !noSuchResource.test(message) ? 'not-found' : 'unknown-kind'
  if (status === 410) return 'expired'
  if (denial.test(message)) return 'denied'
  if (status === 422) return causes.some(({ immutable }) => immutable) || isImmutable(message) ? 'immutable' : 'invalid'
  if (status === 400 && noDryRun.test(message)) return 'no-dry-run'
  if (status === 500 && brokenBody.test(message)) return 'invalid'
  return status === 429 || status >= 500 || status === 0 ? 'unavailable' : 'invalid'
}

/** A right that is missing, or admission: webhooks, policies, quotas and limits answer 403 too. */
function classifyForbidden({ message, causes }: Facts): ClusterErrorKind {
  if (causes.some((cause) => cause.reason === 'NamespaceTerminating')) return 'terminating'
  return denial.test(message) || admission.test(message) ? 'denied' : 'forbidden'
}

/** 409 stands for three things. */
function classifyConflict({ reason, causes }: Facts): ClusterErrorKind {
  if (reason === 'AlreadyExists') return 'exists'
  return causes.some((cause) => cause.reason === 'FieldManagerConflict') ? 'conflict' : 'stale'
}

const noSuchResource = /^the server could not find the requested resource/

/** The server has no code for a body that does not fit its schema, or its store: it answers 500, and will again. */
const brokenBody =
  /failed to create typed patch object|field not declared in schema|duplicate entries for key|request is too large|message larger than max/

/** Webhooks may answer with any code. */
const denial = /admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy '[^']*' with binding/
/** What the server's own admission says, all of it under 403. */
const admission =
  /exceeded quota|violates PodSecurity|no PriorityClass with name|RuntimeClass "[^"]*" not found|error looking up service account|(?:maximum|minimum) \S+ usage per|failed quota/
const noDryRun = /admission webhook "[^"]*" does not support dry run/

function webhookOf(message: string): string | undefined {
  return /(?:admission|failed calling) webhook "([^"]*)"/.exec(message)?.[1]
}

/** Kinds differ in how they say that a field is fixed for life. */
function isImmutable(message: string): boolean {
  return /immutable|may not change once set|may not be changed in an update|cannot change roleRef|updates to \S+ are forbidden|updates to \S+ spec for fields other than|may not change fields other than/.test(
    message,
  )
}

const quotesValues: readonly ClusterErrorKind[] = ['invalid', 'immutable', 'forbidden', 'denied', 'unavailable']

/** Says who may not do what, and never a value. */
function missingRight(message: string): string | undefined {
  return /User "[^"]*" cannot \S+ resource "[^"]*" in API group "[^"]*"(?: in the namespace "[^"]*")?/.exec(
    message,
  )?.[0]
}

function withoutValues(subject: Subject, causes: readonly ErrorCause[], otherwise: string): string {
  const fields = causes.map(({ field, reason }) => `${field || 'the object'} (${reason})`)
  return `${subject.label} was refused: ${fields.join(', ') || otherwise}. The server's words are withheld, they may quote the Secret.`
}

function readCauses(answer: JsonObject): ErrorCause[] {
  const details = isJsonObject(answer.details) ? answer.details : {}
  const causes = Array.isArray(details.causes) ? (details.causes as readonly Json[]) : []
  return causes.filter(isJsonObject).map((cause) => ({
    field: text(cause.field),
    reason: text(cause.reason),
    message: text(cause.message),
    ...(isImmutable(text(cause.message)) && { immutable: true }),
  }))
}

/** `conflict with "kubectl-patch" using apps/v1`, also with `with subresource "scale"` and a time. */
function readConflicts(causes: readonly ErrorCause[]): FieldConflict[] {
  return causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map(({ field, message }) => {
      const subresource = /" with subresource "([^"]*)"/.exec(message)?.[1]
      return { field, manager: readManager(message), ...(subresource && { subresource }) }
    })
}

function readManager(message: string): string {
  const quoted = /^conflict with ("(?:[^"\\]|\\.)*")/.exec(message)?.[1]
  if (quoted === undefined) return 'unknown'
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted.slice(1, -1)
  }
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
