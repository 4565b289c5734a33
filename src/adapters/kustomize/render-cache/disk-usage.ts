import { appendFile, rename, stat, writeFile } from 'node:fs/promises'

/** Disks hand out space in blocks. */
const BLOCK = 4_096

/** Bytes of disk that a file of `bytes` takes. */
export function diskBytes(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK
}

/**
 * How much the entries take together, noted by every process that writes one: a file that is one byte long for each block, so that
 * adding is one append and asking is one look at its length. Entries that are written twice or removed make it an overestimate until
 * it is counted again.
 */
export class DiskUsage {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** What is used now, in bytes; undefined where it has never been counted. */
  async add(bytes: number): Promise<number | undefined> {
    const before = await stat(this.#file).catch(() => undefined)
    if (before === undefined) return undefined
    await appendFile(this.#file, '.'.repeat(diskBytes(bytes) / BLOCK))
    return before.size * BLOCK + diskBytes(bytes)
  }

  /** After counting. */
  async reset(bytes: number): Promise<void> {
    const temporary = `${this.#file}.${process.pid}`
    await writeFile(temporary, '.'.repeat(diskBytes(bytes) / BLOCK), { mode: 0o600 })
    await rename(temporary, this.#file)
  }
}
