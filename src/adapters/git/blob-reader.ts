import { LruCache } from '../../model/lru-cache.ts'
import { readBlobs } from './objects.ts'
import type { Git } from './run-git.ts'

type Blobs = ReadonlyMap<string, Buffer>

interface Batch {
  readonly ids: Set<string>
  readonly blobs: Promise<Blobs>
}

const KEPT_BYTES = 8 * 1024 ** 2
/** One of these would push out many that are asked for more often. */
const LARGEST_KEPT = 64 * 1024

/**
 * Blobs of one repository. Starting git costs more than it takes to read a file: what is asked for while it runs is read by one call
 * after it, and small blobs that many overlays share are kept.
 */
export class BlobReader {
  readonly #git: Git
  readonly #kept = new LruCache<string, Buffer>(KEPT_BYTES, (blob) => blob.length)
  #running: Promise<unknown> = Promise.resolve()
  #waiting: Batch | undefined

  constructor(git: Git) {
    this.#git = git
  }

  /** Contents by id. Refuses with GIT_MIRROR_BROKEN when one is not there. */
  async read(ids: Iterable<string>): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>()
    const missing: string[] = []
    for (const id of new Set(ids)) {
      const blob = this.#kept.get(id)
      if (blob) found.set(id, blob)
      else missing.push(id)
    }
    if (missing.length === 0) return found
    const blobs = await this.#fetch(missing)
    for (const id of missing) {
      const blob = blobs.get(id) as Buffer
      found.set(id, blob)
      // A copy: the original is a part of all that git answered at once.
      if (blob.length <= LARGEST_KEPT) this.#kept.set(id, Buffer.from(blob))
    }
    return found
  }

  /** What is wrong with somebody else's blobs is nobody's fault here. */
  async #fetch(ids: readonly string[]): Promise<Blobs> {
    const batch = this.#waiting ?? this.#openBatch()
    for (const id of ids) batch.ids.add(id)
    return batch.blobs.catch(() => readBlobs(this.#git, ids))
  }

  #openBatch(): Batch {
    const ids = new Set<string>()
    const blobs = this.#running.then(() => {
      this.#waiting = undefined
      return readBlobs(this.#git, ids)
    })
    this.#running = blobs.catch(() => undefined)
    this.#waiting = { ids, blobs }
    return this.#waiting
  }
}
