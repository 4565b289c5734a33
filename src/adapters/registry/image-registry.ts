import { LruCache } from '../../model/lru-cache.ts'
import { registryAddress } from '../oci/registry-call.ts'
import { createAskRegistry, type RegistryOptions } from './ask-registry.ts'
import { createDigestReader } from './manifest-digest.ts'
import { createTagReader } from './tag-pages.ts'

/** One registry that is watched. Throws a LockstepError where it does not answer as it should. */
export interface ImageRegistry {
  tags(path: string): Promise<readonly string[]>
  digest(path: string, tag: string): Promise<string | undefined>
}

/** For all pages of one image. */
const TIMEOUT_MS = 120_000
const MOST_IMAGES = 5_000

/** Asks for an image, and for what a tag stands for, at most once in the operator's interval; what goes wrong counts as an answer. */
export function createImageRegistry(options: RegistryOptions): ImageRegistry {
  const { source, now } = options
  const place = { home: registryAddress(source.host), ask: createAskRegistry(options) }
  const readTags = createTagReader(place)
  const readDigest = createDigestReader(place)
  const known = new LruCache<string, { readonly at: number; readonly answer: Promise<unknown> }>(MOST_IMAGES)
  const once = <T>(key: string, read: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const before = known.get(key)
    if (before && now() - before.at < source.intervalMs) return before.answer as Promise<T>
    const answer = read(AbortSignal.timeout(TIMEOUT_MS))
    known.set(key, { at: now(), answer })
    return answer
  }
  return {
    tags: (path) => once(path, (signal) => readTags({ path, image: `${source.host}/${path}`, signal })),
    digest: (path, tag) =>
      once(`${path}:${tag}`, (signal) => readDigest({ path, tag, image: `${source.host}/${path}`, signal })),
  }
}
