import { createHash } from 'node:crypto'
import { isImageDigest } from '../../model/image-name.ts'
import { LruCache } from '../../model/lru-cache.ts'
import { answerError } from './registry-failure.ts'
import type { ImageQuestion, RegistryPlace } from './tag-pages.ts'

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')
const DIGESTS_KEPT = 5_000

/** Reads what a tag stands for now; undefined where it is gone. Most registries say so without giving the manifest itself. */
export function createDigestReader({ home, ask }: RegistryPlace) {
  const kept = new LruCache<string, { readonly digest: string; readonly etag: string }>(DIGESTS_KEPT)
  return async ({
    path,
    tag,
    image,
    signal,
  }: ImageQuestion & { readonly tag: string }): Promise<string | undefined> => {
    const url = new URL(`/v2/${path}/manifests/${tag}`, home)
    const before = kept.get(url.href)
    const question = { url, image, accept: MANIFESTS, signal }
    const head = await ask({ ...question, method: 'HEAD', etag: before?.etag })
    if (head.status === 304 && before) return before.digest
    if (head.status === 404) return undefined
    if (head.status !== 200) throw answerError(head, image)
    const digest = digestOf(head.headers['docker-content-digest']) ?? (await ofWhole())
    const { etag } = head.headers
    if (etag !== undefined) kept.set(url.href, { digest, etag })
    return digest

    async function ofWhole(): Promise<string> {
      const whole = await ask(question)
      if (whole.status !== 200) throw answerError(whole, image)
      return `sha256:${createHash('sha256').update(whole.body).digest('hex')}`
    }
  }
}

function digestOf(told: string | undefined): string | undefined {
  return told !== undefined && isImageDigest(told) ? told : undefined
}
