import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a request was found to mean. */
export interface ChartRecord {
  readonly version: string
  /** `sha256:…` of the archive that is used. */
  readonly digest: string
  /** Of the archive that the same version had when it was first opened. */
  readonly first: string
}

/** Archives by content, and what requests stood for. Archives that were not used for longest go first; records stay. */
export interface ChartStore {
  record(key: readonly string[]): Promise<ChartRecord | undefined>
  remember(key: readonly string[], record: ChartRecord): Promise<void>
  /** Undefined where it is not there or is no longer what it was. */
  archive(digest: string): Promise<Buffer | undefined>
  keep(archive: Buffer): Promise<void>
}

const MAX_BYTES = 1024 ** 3

export function openChartStore(directory: string, maxBytes = MAX_BYTES): ChartStore {
  const archives = join(directory, 'archives')
  const records = join(directory, 'records')
  const recordFile = (key: readonly string[]) => join(records, `${sha256(JSON.stringify(key))}.json`)
  const archiveFile = (digest: string) => join(archives, `${digest.replace(/^sha256:/, '')}.tgz`)
  return {
    async record(key) {
      const text = await readFile(recordFile(key), 'utf8').catch(absent)
      return text === undefined ? undefined : parseRecord(text)
    },
    remember: (key, record) => replaceFile(records, recordFile(key), JSON.stringify({ key, ...record })),
    async archive(digest) {
      const file = archiveFile(digest)
      const content = await readFile(file).catch(absent)
      if (content === undefined || digestOf(content) !== digest) return undefined
      await utimes(file, new Date(), new Date()).catch(absent)
      return content
    },
    async keep(archive) {
      await replaceFile(archives, archiveFile(digestOf(archive)), archive)
      await trim(archives, maxBytes)
    },
  }
}

export function digestOf(content: Buffer): string {
  return `sha256:${sha256(content)}`
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A record that was damaged is as good as none. */
function parseRecord(text: string): ChartRecord | undefined {
  try {
    const { version, digest, first } = JSON.parse(text) as Partial<ChartRecord>
    return version && digest && first ? { version, digest, first } : undefined
  } catch {
    return undefined
  }
}

async function replaceFile(directory: string, file: string, content: string | Buffer): Promise<void> {
  await mkdir(directory, { recursive: true })
  const unfinished = `${file}.${randomUUID()}.part`
  try {
    await writeFile(unfinished, content)
    await rename(unfinished, file)
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function trim(directory: string, maxBytes: number): Promise<void> {
  const paths = (await readdir(directory)).map((name) => join(directory, name))
  const found = await Promise.all(paths.map(async (path) => ({ path, stats: await stat(path).catch(absent) })))
  const newestFirst = found.toSorted((one, other) => (other.stats?.mtimeMs ?? 0) - (one.stats?.mtimeMs ?? 0))
  let size = 0
  for (const { path, stats } of newestFirst) {
    size += stats?.size ?? 0
    if (size > maxBytes) await rm(path, { force: true })
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
