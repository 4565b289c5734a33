import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { withLockFile } from '../git/lock-file.ts'
import type { FoundRef } from './remote-repository.ts'

const sighting = z.object({ commit: z.string().regex(/^[\da-f]{40,64}$/), at: z.iso.datetime() })
const recorded = z.object({ first: sighting, last: sighting, kind: z.enum(['branch', 'tag', 'other']) })
const shape = z.record(z.string(), recorded)

/** What a ref stood for when it was first seen, and when it was last. Dates are ISO 8601. */
export type RecordedRef = z.infer<typeof recorded>

const LOCK_WAIT_MS = 20_000

/**
 * What the refs of one repository stood for, in a file: a hint that outlives the process. A file that is gone or garbled is an empty
 * one, so every tag counts as seen for the first time.
 */
export class RefRecord {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  async read(ref: string): Promise<RecordedRef | undefined> {
    return (await this.#all())[ref]
  }

  /** Answers the record with this sighting in it. */
  async note(ref: string, { commit, kind }: FoundRef, now: Date): Promise<RecordedRef> {
    await mkdir(dirname(this.#file), { recursive: true })
    return withLockFile(`${this.#file}.lock`, LOCK_WAIT_MS, async () => {
      const all = await this.#all()
      const last = { commit, at: now.toISOString() }
      const record = { first: all[ref]?.first ?? last, last, kind }
      const fresh = `${this.#file}.new-${randomUUID()}`
      await writeFile(fresh, `${JSON.stringify({ ...all, [ref]: record }, undefined, 1)}\n`)
      await rename(fresh, this.#file)
      return record
    })
  }

  async #all(): Promise<Record<string, RecordedRef>> {
    try {
      return shape.parse(JSON.parse(await readFile(this.#file, 'utf8')))
    } catch {
      return {}
    }
  }
}
