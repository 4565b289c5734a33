import { LockstepError } from '../../model/errors.ts'
import type { HttpAnswer } from '../oci/http-call.ts'
import { type FaultReason, RemoteFault } from '../oci/remote-fault.ts'
import type { REASONS } from './reasons.ts'

const CODES: Readonly<Record<FaultReason, keyof typeof REASONS>> = {
  denied: 'REGISTRY_DENIED',
  'host-refused': 'REGISTRY_HOST_REFUSED',
  unreachable: 'REGISTRY_UNREACHABLE',
  malformed: 'REGISTRY_ANSWER',
  'too-large': 'REGISTRY_ANSWER',
}

export function registryError(code: keyof typeof REASONS, message: string, remedy: string): LockstepError {
  const passes = code === 'REGISTRY_UNREACHABLE' || code === 'REGISTRY_LIMITED'
  return new LockstepError({ code, message, remedy }, { kind: passes ? 'unreachable' : 'refused' })
}

/** A RemoteFault in the words of a registry; other errors come back as they are. */
export function explain(error: unknown, image: string): unknown {
  if (!(error instanceof RemoteFault)) return error
  return registryError(CODES[error.reason], `The tags of ${image} cannot be read: ${error.message}.`, error.remedy)
}

/** What an answer means that is neither 200 nor 304 nor 429. */
export function answerError({ status, url }: HttpAnswer, image: string): LockstepError {
  if (status === 401 || status === 403) {
    const message = `${url.host} does not give ${image} to these credentials, or to nobody without any.`
    return registryError('REGISTRY_DENIED', message, 'Have the operator name credentials in `registries`.')
  }
  if (status === 404) {
    const message = `${url.host} has no image ${image}.`
    return registryError('REGISTRY_IMAGE_NOT_FOUND', message, 'Correct its name in `versions`.')
  }
  return registryError('REGISTRY_UNREACHABLE', `${url.host} answers ${status} for ${image}.`, 'Tried again by itself.')
}

/** `until` in milliseconds since 1970. */
export function limited(host: string, until: number): LockstepError {
  const time = new Date(until).toISOString()
  return registryError('REGISTRY_LIMITED', `${host} wants no question before ${time}.`, 'Tried again by itself.')
}

export function notAllowed(host: string): LockstepError {
  const message = `The operator lets this repository watch no images of ${host}.`
  return registryError('REGISTRY_NOT_ALLOWED', message, `Have the operator add \`host: ${host}\` to \`registries\`.`)
}
