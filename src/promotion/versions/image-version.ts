import { LockstepError } from '../../model/errors.ts'
import { isImageDigest, isImageName, isImageTag } from '../../model/image-name.ts'

/** A version of one image that shall run: `ghcr.io/acme/web` at a tag, where known with the digest it stands for. */
export interface ImageVersion {
  readonly name: string
  readonly tag: string
  /** `sha256:…` */
  readonly digest?: string
}

/** `NAME=TAG[@sha256:…]`. Throws VERSION_INVALID, a wrong usage. */
export function parseImageVersion(text: string): ImageVersion {
  const [, name = '', tag = '', digest] = /^([^=]*)=([^@]*)(?:@(.*))?$/.exec(text) ?? []
  const isDigest = digest === undefined || isImageDigest(digest)
  if (!isImageName(name) || !isImageTag(tag) || !isDigest) throw invalid(text)
  return { name, tag, ...(digest !== undefined && { digest }) }
}

export function printImageVersion({ name, tag, digest }: ImageVersion): string {
  return `${name}=${tag}${digest === undefined ? '' : `@${digest}`}`
}

/** What `image:` of a container says: `ghcr.io/acme/web:1.2@sha256:…`. */
export interface ImageReference {
  readonly name: string
  readonly tag?: string
  readonly digest?: string
}

export function parseImageReference(text: string): ImageReference {
  const [rest = '', digest] = text.split('@', 2)
  const colon = rest.lastIndexOf(':')
  const hasTag = colon > rest.lastIndexOf('/')
  return {
    name: hasTag ? rest.slice(0, colon) : rest,
    ...(hasTag && { tag: rest.slice(colon + 1) }),
    ...(digest !== undefined && { digest }),
  }
}

export function printImageReference({ name, tag, digest }: ImageVersion): string {
  return `${name}:${tag}${digest === undefined ? '' : `@${digest}`}`
}

function invalid(text: string): LockstepError {
  const problem = {
    code: 'VERSION_INVALID',
    message: `"${text.slice(0, 200)}" names no version of an image.`,
    remedy: 'Write NAME=TAG or NAME=TAG@sha256:…, e.g. ghcr.io/acme/web=1.4.2.',
  }
  return new LockstepError(problem, { kind: 'usage' })
}
