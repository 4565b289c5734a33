import type { Problem } from '../errors.ts'
import type { Finding, Reference } from './references.ts'
import { parseRemoteAddress, type RemoteAddress } from './remote-address.ts'

/** Something outside the repository that a kustomization builds on. */
export interface RemoteReference {
  /** As it is written. */
  readonly text: string
  readonly address: RemoteAddress
  /** The kustomization that refers to it. */
  readonly file: string
  /** Stands among the problems until it is brought in. */
  readonly refusal: Problem
}

/** The fields where kustomize builds on a repository of its own accord. */
const FIELDS: ReadonlySet<string> = new Set(['resources', 'bases', 'components'])

/** What may be brought in if the operator lists its repository; undefined for all that is refused whatever the operator says. */
export function readableAddress(reference: Reference): RemoteAddress | undefined {
  const parsed = parseRemoteAddress(reference.text)
  if ('refused' in parsed || !FIELDS.has(reference.field)) return undefined
  return parsed.kind === 'file' && reference.kind === 'component' ? undefined : parsed
}

export function remoteFinding(reference: Reference): Finding {
  const address = readableAddress(reference)
  if (address) return notAllowed(reference, address)
  const parsed = parseRemoteAddress(reference.text)
  const reason = 'refused' in parsed ? parsed.refused : 'stands where only files of this repository may'
  return {
    code: 'REMOTE_BASE_REFUSED',
    message: `\`${withoutCredentials(reference.text)}\` in \`${reference.field}\` is on the network, and it ${reason}.`,
    place: reference.place,
    remedy:
      'Copy it into this repository, or refer to a repository as `https://host/owner/name//directory?ref=COMMIT`.',
  }
}

function notAllowed({ text, field, place }: Reference, { repository }: RemoteAddress): Finding {
  return {
    code: 'REMOTE_BASE_REFUSED',
    message: `\`${withoutCredentials(text)}\` in \`${field}\` is on the network, and the operator has not allowed its repository.`,
    place,
    remedy: `Copy it into this repository, or have the operator add the line \`remoteBases: [${repository}]\`.`,
  }
}

/** `https://user:token@host/…` without the user. */
export function withoutCredentials(reference: string): string {
  return reference.replace(/^((?:git::)?(?:[a-z][a-z\d+.-]*:\/\/)?)(?!git@)[^/?#]*@/i, '$1')
}
