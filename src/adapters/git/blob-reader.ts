import { LruCache } from '../../model/lru-cache.ts'
import { type BatchAnswer, BatchAnswers } from './batch-answers.ts'
import { CatFile } from './cat-file.ts'
import { readBlobs } from './objects.ts'
import type { Git } from './run-git.ts'

const KEPT_BYTES = 8 * 1024 ** 2
/** One of these would push out many that are asked for more often. */
const LARGEST_KEPT = 64 * 1024

/** Blobs of one repository. Small ones, which many overlays share, are kept for the next that asks. */
export class BlobReader {
  readonly #git: Git
  readonly #catFile: CatFile<BatchAnswer>
  readonly #kept = new LruCache<string, Buffer>(KEPT_BYTES, (blob) => blob.length)

  constructor(git: Git) {
    this.#git = git
    const reader = () => {
      const answers = new BatchAnswers()
      return (chunk: Buffer) => answers.push(chunk)
    }
    this.#catFile = new CatFile(() => git.start(['cat-file', '--batch']), reader)
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
    for (const [id, blob] of await this.#fetch(missing)) {
      found.set(id, blob)
      // A copy: the original is a part of all that git answered at once.
      if (blob.length <= LARGEST_KEPT) this.#kept.set(id, Buffer.from(blob))
    }
    return found
  }

  /** A git of its own tells what is wrong with blobs that the one that stays cannot find. */
  async #fetch(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const answers = await this.#catFile.ask(ids).catch(() => [])
    const found = new Map(answers.flatMap(({ id, blob }): [string, Buffer][] => (blob ? [[id, blob]] : [])))
    const lost = ids.filter((id) => !found.has(id))
    return lost.length === 0 ? found : new Map([...found, ...(await readBlobs(this.#git, lost))])
  }
}
