import { LruCache } from '../../../model/lru-cache.ts'
import { packRender, type RenderContent, unpackRender } from './packed-render.ts'
import { RenderStore, type RenderStoreOptions } from './render-store.ts'

export interface RenderCacheOptions {
  /** Bytes of packed renders kept in memory. */
  readonly memoryBytes: number
  /** Without it nothing outlives the process. */
  readonly disk?: RenderStoreOptions
}

/** Renders by content key: those used last in memory, many more on disk. Only what was built is kept, never that a build failed. */
export class RenderCache {
  readonly #memory: LruCache<string, Buffer>
  readonly #disk: RenderStore | undefined

  constructor({ memoryBytes, disk }: RenderCacheOptions) {
    this.#memory = new LruCache(memoryBytes, (packed) => packed.length)
    this.#disk = disk && disk.maxBytes > 0 ? new RenderStore(disk) : undefined
  }

  async get(key: string): Promise<RenderContent | undefined> {
    const packed = this.#memory.get(key) ?? (await this.#disk?.read(key))
    if (packed === undefined) return undefined
    this.#memory.set(key, packed)
    return unpackRender(packed)
  }

  /** Done when it is on disk, or cannot be. */
  async set(key: string, render: RenderContent): Promise<void> {
    const packed = packRender(render)
    this.#memory.set(key, packed)
    await this.#disk?.write(key, packed)
  }
}
