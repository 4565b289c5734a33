/** One entry of an archive as it stands there; what may be made of it others decide. */
export interface TarEntry {
  readonly path: string
  readonly kind: 'file' | 'directory' | 'other'
  readonly content: Buffer
}

/** Why an archive cannot be read. */
export class TarFault extends Error {}

const BLOCK = 512
const LONGEST_NAME = 64 * 1024

/** The entries of an uncompressed archive in the formats of POSIX (ustar, pax) and GNU. Throws TarFault. */
export function* tarEntries(archive: Buffer): Generator<TarEntry> {
  let offset = 0
  let next: { path?: string; size?: number } = {}
  while (offset + BLOCK <= archive.length) {
    const header = archive.subarray(offset, offset + BLOCK)
    if (header.every((byte) => byte === 0)) return
    checkSum(header)
    const type = String.fromCharCode(header[156] ?? 0)
    const written = isMeta(type) ? sizeOf(header) : (next.size ?? sizeOf(header))
    const content = archive.subarray(offset + BLOCK, offset + BLOCK + written)
    if (content.length < written) throw new TarFault('it ends in the middle of a file')
    offset += BLOCK + Math.ceil(written / BLOCK) * BLOCK
    if (isMeta(type)) {
      next = { ...next, ...readMeta(type, content) }
    } else {
      const path = next.path ?? nameOf(header)
      yield { path, kind: kindOf(type, path), content }
      next = {}
    }
  }
  if (offset !== archive.length) throw new TarFault('it ends in the middle of an entry')
}

/** What is said about the entry that follows, or about all of them. */
function isMeta(type: string): boolean {
  return 'xgLK'.includes(type)
}

function readMeta(type: string, content: Buffer): { path?: string; size?: number } {
  if (content.length > LONGEST_NAME) throw new TarFault('it holds a header of more than 64 KiB')
  if (type === 'L') return { path: field(content, 0, content.length) }
  if (type === 'K') return {}
  const records = paxRecords(content)
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse'))) throw new TarFault('it holds a sparse file')
  if (type === 'g') return checkedGlobal(records)
  const path = records.get('path')
  const size = records.get('size')
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size: decimal(size) }) }
}

/** `git archive` writes its commit there; names and sizes for all entries at once nobody writes. */
function checkedGlobal(records: ReadonlyMap<string, string>): Record<string, never> {
  if (records.has('path') || records.has('size')) throw new TarFault('it gives all its entries one name or size')
  return {}
}

/** `<length> <key>=<value>\n` each; the length counts the whole record in bytes. */
function paxRecords(content: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  let offset = 0
  while (offset < content.length) {
    const length = decimal(/^\d+(?= )/.exec(content.subarray(offset, offset + 8).toString('latin1'))?.[0] ?? '')
    const record = text(content.subarray(offset, offset + length))
    const [, key, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(record) ?? []
    if (key === undefined || value === undefined || offset + length > content.length)
      throw new TarFault('it holds a pax header that cannot be read')
    records.set(key, value)
    offset += length
  }
  return records
}

function kindOf(type: string, path: string): TarEntry['kind'] {
  if (type === '5') return 'directory'
  if (type === '0' || type === '\0' || type === '7') return path.endsWith('/') ? 'directory' : 'file'
  return 'other'
}

function nameOf(header: Buffer): string {
  const name = field(header, 0, 100)
  const prefix = header.subarray(257, 263).toString('latin1') === 'ustar\0' ? field(header, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function field(header: Buffer, offset: number, length: number): string {
  const bytes = header.subarray(offset, offset + length)
  const end = bytes.indexOf(0)
  return text(end === -1 ? bytes : bytes.subarray(0, end))
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function text(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new TarFault('it holds a name that is not UTF-8')
  }
}

/** Octal digits, or for sizes of more than 8 GiB (none here) binary ones. */
function sizeOf(header: Buffer): number {
  const digits = header.subarray(124, 136).toString('latin1').replaceAll('\0', ' ')
  const [, octal] = /^ *([0-7]*) *$/.exec(digits) ?? []
  if (octal === undefined) throw new TarFault('it holds a size that cannot be read')
  return octal === '' ? 0 : Number.parseInt(octal, 8)
}

function decimal(digits: string): number {
  const value = /^\d{1,15}$/.test(digits) ? Number(digits) : 0
  if (value === 0 && digits !== '0') throw new TarFault('it holds a number that cannot be read')
  return value
}

function checkSum(header: Buffer): void {
  const stored = Number.parseInt(field(header, 148, 8).trim(), 8)
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0)
  if (stored !== sum) throw new TarFault('it holds a header whose sum is wrong')
}
