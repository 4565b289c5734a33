import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mapLimited } from '../../../model/map-limited.ts'
import { diskBytes } from './disk-usage.ts'

interface StoredFile {
  readonly path: string
  readonly bytes: number
  readonly usedAtMs: number
}

/** A process that was killed while writing leaves its temporary file behind. */
const ABANDONED_MS = 3_600_000
const AT_ONCE = 16

/** Removes entries, those unused for longest first, until the rest takes no more than `maxBytes`; answers how much that is. */
export async function evictOldest(directory: string, maxBytes: number): Promise<number> {
  await removeAbandoned(join(directory, 'new'))
  const names = await readdir(directory)
  const shards = names.filter((name) => /^[0-9a-f]{2}$/.test(name))
  const files: StoredFile[] = []
  for (const shard of shards) files.push(...(await filesIn(join(directory, shard))))
  files.sort((a, b) => a.usedAtMs - b.usedAtMs)
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { path, bytes } of files) {
    if (left <= maxBytes) break
    await rm(path, { force: true })
    left -= bytes
  }
  return left
}

async function removeAbandoned(directory: string): Promise<void> {
  const before = Date.now() - ABANDONED_MS
  for (const { path, usedAtMs } of await filesIn(directory)) {
    if (usedAtMs < before) await rm(path, { force: true })
  }
}

/** Another process may remove any of them meanwhile. */
async function filesIn(directory: string): Promise<StoredFile[]> {
  const names = await readdir(directory).catch(() => [])
  const found = await mapLimited(names, AT_ONCE, async (name): Promise<StoredFile[]> => {
    const path = join(directory, name)
    const facts = await stat(path).catch(() => undefined)
    return facts?.isFile() ? [{ path, bytes: diskBytes(facts.size), usedAtMs: facts.mtimeMs }] : []
  })
  return found.flat()
}
