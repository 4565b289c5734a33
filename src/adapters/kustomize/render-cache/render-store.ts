import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { once } from '../once.ts'
import { DiskUsage } from './disk-usage.ts'
import { evictOldest } from './evict-oldest.ts'
import { isIntact } from './packed-render.ts'

export interface RenderStoreOptions {
  /** Made when first written to. Holds Secrets, so only its owner may look in. */
  readonly directory: string
  /** The oldest entries go when all together take more. */
  readonly maxBytes: number
  /** Told once what keeps entries from being stored: a full disk, a directory that cannot be written to. */
  readonly onTrouble?: (error: Error) => void
}

/**
 * Packed renders in files, one each, shared by every process that is given the same directory. Never fails: what cannot be read is
 * not there, and what cannot be written is not kept.
 */
export class RenderStore {
  readonly #options: RenderStoreOptions
  readonly #usage: DiskUsage
  readonly #prepare: () => Promise<void>
  #troubled = false
  #evicting: Promise<void> | undefined

  constructor(options: RenderStoreOptions) {
    this.#options = options
    this.#usage = new DiskUsage(join(options.directory, 'usage'))
    this.#prepare = once(() => this.#makeDirectory())
  }

  /** The bytes as they were written; what has been damaged since is removed. */
  async read(key: string): Promise<Buffer | undefined> {
    const path = this.#pathOf(key)
    const packed = await readFile(path).catch(() => undefined)
    if (packed === undefined) return undefined
    if (isIntact(packed)) {
      await markUsed(path)
      return packed
    }
    await rm(path, { force: true }).catch(() => undefined)
    return undefined
  }

  async write(key: string, packed: Buffer): Promise<void> {
    if (packed.length > this.#options.maxBytes / 4) return
    try {
      await this.#prepare()
      const used = await this.#usage.add(packed.length)
      await this.#writeWhole(this.#pathOf(key), packed)
      if (used === undefined || used > this.#options.maxBytes) await this.#evict()
    } catch (error) {
      if (!this.#troubled) this.#options.onTrouble?.(error as Error)
      this.#troubled = true
    }
  }

  #pathOf(key: string): string {
    return join(this.#options.directory, key.slice(0, 2), key.slice(2))
  }

  /** Readers see the whole file or none. */
  async #writeWhole(path: string, packed: Buffer): Promise<void> {
    const temporary = join(this.#options.directory, 'new', randomUUID())
    try {
      await writeFile(temporary, packed, { mode: 0o600, flag: 'wx' })
      await rename(temporary, path).catch(async () => {
        await mkdir(dirname(path), { mode: 0o700, recursive: true })
        await rename(temporary, path)
      })
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
  }

  async #makeDirectory(): Promise<void> {
    await mkdir(join(this.#options.directory, 'new'), { mode: 0o700, recursive: true })
    await chmod(this.#options.directory, 0o700)
  }

  /** One at a time in this process; another process that does the same at the same moment does no harm. */
  #evict(): Promise<void> {
    const { directory, maxBytes } = this.#options
    this.#evicting ??= evictOldest(directory, maxBytes * ROOM_AFTER_EVICTION)
      .then((left) => this.#usage.reset(left))
      .finally(() => {
        this.#evicting = undefined
      })
    return this.#evicting
  }
}

/** So that evicting, which looks at every entry, is seldom needed. */
const ROOM_AFTER_EVICTION = 0.8

/** Entries go by when they were last asked for; access times are off on many machines. */
async function markUsed(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
}
