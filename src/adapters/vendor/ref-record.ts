import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { FoundRef } from '../../model/remote-repository.ts'

const sighting = z.object({ commit: z.string().regex(/^[\da-f]{40,64}$/), at: z.iso.datetime() })
const shape = z.object({ ref: z.string(), kind: z.enum(['branch', 'tag', 'other']), first: sighting, last: sighting })

/** What a ref stood for when it was first seen, and when it was last. Dates are ISO 8601. */
export type RecordedRef = z.infer<typeof shape>

/**
 * What the refs of one repository stood for, a file each: a hint that outlives the process. A file that is gone or garbled is none, so
 * its tag counts as seen for the first time.
 */
export class RefRecord {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  async read(ref: string): Promise<RecordedRef | undefined> {
    try {
      return shape.parse(JSON.parse(await readFile(this.#fileOf(ref), 'utf8')))
    } catch {
      return undefined
    }
  }

  /** Answers the record with this sighting in it. */
  async note(ref: string, { commit, kind }: FoundRef, now: Date): Promise<RecordedRef> {
    const last = { commit, at: now.toISOString() }
    const record = { ref, kind, first: (await this.read(ref))?.first ?? last, last }
    const fresh = `${this.#fileOf(ref)}.new-${randomUUID()}`
    await mkdir(this.#directory, { recursive: true })
    await writeFile(fresh, `${JSON.stringify(record)}\n`)
    await rename(fresh, this.#fileOf(ref))
    return record
  }

  #fileOf(ref: string): string {
    return join(this.#directory, `${createHash('sha256').update(ref).digest('hex').slice(0, 24)}.json`)
  }
}
