import { LockstepError } from '../../model/errors.ts'
import { printServer } from './credentials.ts'

/** A request without a usable answer. */
export interface NetworkFailure {
  readonly error: LockstepError
  /** False: it certainly never reached the server. */
  readonly sent: boolean
  /** Trying again at once will not help. */
  readonly permanent: boolean
}

export interface Place {
  readonly name: string
  readonly server: string
}

/** Thrown in place of sending: nobody has had an answer lately. */
export class NotAsked extends Error {}

/** Whether the server stayed silent: it could not be reached, or did not answer in time. A connection that broke may have been its last word. */
export function isUnanswered(thrown: unknown): boolean {
  const { name, code = '' } = thrown as { name?: string; code?: string }
  return isTimeout(name, code) || neverSent.has(code)
}

function isTimeout(name: string | undefined, code: string): boolean {
  return name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
}

/** Reads what undici, Node's TLS or the resolver threw. */
export function networkFailure(thrown: unknown, place: Place, timeoutMs: number): NetworkFailure {
  const { name, code = '' } = thrown as { name?: string; code?: string }
  if (thrown instanceof NotAsked) return { error: notAsked(place), sent: false, permanent: true }
  if (isTimeout(name, code)) {
    return { error: timedOut(place, timeoutMs, thrown), sent: true, permanent: false }
  }
  if (untrusted.test(code)) return { error: notTrusted(place, code, thrown), sent: false, permanent: true }
  return { error: notReached(place, code, thrown), sent: !neverSent.has(code), permanent: false }
}

const untrusted = /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function timedOut(place: Place, timeoutMs: number, cause: unknown): LockstepError {
  return unreachable(place, cause, {
    code: 'CLUSTER_TIMEOUT',
    message: `did not answer within ${timeoutMs / 1000} s.`,
    remedy: "Look at the API server's load and its admission webhooks; Lockstep tries again by itself.",
  })
}

function notTrusted(place: Place, code: string, cause: unknown): LockstepError {
  return unreachable(place, cause, {
    code: 'CLUSTER_UNTRUSTED',
    message: `did not prove that it is the cluster of the kubeconfig (${code}).`,
    remedy: "Correct the kubeconfig's server, certificate-authority or tls-server-name.",
  })
}

function notReached(place: Place, code: string, cause: unknown): LockstepError {
  return unreachable(place, cause, {
    code: 'CLUSTER_UNREACHABLE',
    message: `cannot be reached (${code || 'connection lost'}).`,
    remedy: 'Check that it runs and that this machine may connect to it.',
  })
}

function notAsked(place: Place): LockstepError {
  return unreachable(place, undefined, {
    code: 'CLUSTER_UNREACHABLE',
    message: 'has not answered lately, so only one request every two seconds is tried until it does.',
    remedy: 'Check that it runs and that this machine may connect to it.',
  })
}

/** The cluster answers, but does not know who asks. */
export function loginRefused(place: Place): LockstepError {
  return unreachable(place, undefined, {
    code: 'CLUSTER_LOGIN_REFUSED',
    message: "does not accept the kubeconfig's login (401).",
    remedy: 'Renew the token or certificate in the kubeconfig; it is read again by itself.',
  })
}

/** Something answers that is no API server. */
export function notKubernetes(place: Place, status: number): LockstepError {
  return unreachable(place, undefined, {
    code: 'CLUSTER_NOT_KUBERNETES',
    message: `answers with something that no Kubernetes API server says (HTTP ${status}).`,
    remedy: "Correct the kubeconfig's server address.",
  })
}

function unreachable(
  place: Place,
  cause: unknown,
  problem: { code: string; message: string; remedy: string },
): LockstepError {
  const message = `Cluster ${place.name} at ${printServer(place.server)} ${problem.message}`
  return new LockstepError({ ...problem, message }, { kind: 'unreachable', cause })
}
