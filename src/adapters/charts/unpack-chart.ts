import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { OpenedChart } from '../../model/charts.ts'
import { ChartFault } from './chart-failure.ts'
import { TarFault, tarEntries } from './tar-entries.ts'

export interface UnpackLimits {
  readonly totalBytes: number
  readonly fileBytes: number
  readonly entries: number
}

/** helm's own for the bytes. */
export const UNPACK_LIMITS: UnpackLimits = { totalBytes: 100 * 1024 ** 2, fileBytes: 5 * 1024 ** 2, entries: 10_000 }

const DEEPEST = 32
const LONGEST_PATH = 1_000

/**
 * The files of a chart's archive by path inside the chart's directory. Takes plain files below one directory and nothing else: throws
 * ChartFault for links, devices, paths that leave, names that stand twice or differ in case alone, and what is too large.
 */
export async function unpackChart(archive: Buffer, limits = UNPACK_LIMITS): Promise<OpenedChart['files']> {
  const tar = await unzip(archive, limits)
  try {
    return collect(tar, limits)
  } catch (error) {
    throw error instanceof TarFault ? refuse(error.message) : error
  }
}

const gunzipped = promisify(gunzip)

async function unzip(archive: Buffer, { totalBytes }: UnpackLimits): Promise<Buffer> {
  try {
    return await gunzipped(archive, { maxOutputLength: totalBytes })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw refuse(`it unpacks to more than ${totalBytes / 1024 ** 2} MiB`)
    throw refuse(`it is no gzip archive, or damaged (${message})`)
  }
}

function collect(tar: Buffer, limits: UnpackLimits): OpenedChart['files'] {
  const files = new Map<string, { mode: '100644'; content: Buffer }>()
  const spellings = new Map<string, string>()
  let top: string | undefined
  let count = 0
  for (const { path, kind, content } of tarEntries(tar)) {
    count += 1
    if (count > limits.entries) throw refuse(`it holds more than ${limits.entries} entries`)
    const parts = partsOf(path)
    top ??= parts[0]
    if (parts[0] !== top) throw refuse(`${shown(path)} is not in its directory ${top}`)
    if (kind === 'other') throw refuse(`${shown(path)} is a link or a device`)
    const inside = parts.slice(1).join('/')
    if (kind === 'directory') continue
    if (inside === '') throw refuse(`${shown(path)} is in no directory`)
    if (content.length > limits.fileBytes) throw refuse(`${shown(path)} is larger than helm reads`)
    const folded = inside.normalize('NFC').toLowerCase()
    const twin = spellings.get(folded)
    if (twin !== undefined)
      throw refuse(`${shown(inside)} stands there twice${twin === inside ? '' : `, once as ${twin}`}`)
    spellings.set(folded, inside)
    files.set(inside, { mode: '100644', content })
  }
  refuseFilesAsDirectories(spellings)
  return files
}

function refuseFilesAsDirectories(spellings: ReadonlyMap<string, string>): void {
  for (const [folded, path] of spellings) {
    const parts = folded.split('/')
    const parents = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
    const file = parents.find((parent) => spellings.has(parent))
    if (file !== undefined) throw refuse(`${shown(file)} is a file and a directory: ${shown(path)}`)
  }
}

function partsOf(path: string): string[] {
  const parts = path.replace(/\/$/, '').split('/')
  const unsafe =
    path.length > LONGEST_PATH ||
    parts.length > DEEPEST ||
    /[\\\p{Cc}]|^[A-Za-z]:/u.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || Buffer.byteLength(part) > 255)
  if (unsafe) throw refuse(`${shown(path)} is not a path inside a chart`)
  return parts
}

function shown(path: string): string {
  const plain = path.replace(/[`\p{Cc}\p{Cf}]/gu, '?')
  return `\`${plain.length > 80 ? `${plain.slice(0, 80)}…` : plain}\``
}

function refuse(what: string): ChartFault {
  return new ChartFault('CHART_ARCHIVE', `of its archive, ${what}`, 'Use another version, or tell the chart’s owner.')
}
