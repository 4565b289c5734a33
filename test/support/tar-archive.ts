import { gzipSync } from 'node:zlib'

/** One raw entry of an archive, wrong ones included. */
export interface RawEntry {
  readonly name: string | Buffer
  readonly content?: string | Buffer
  /** tar's type: `0` a file (default), `5` a directory, `2` a symbolic link, `x` a pax header … */
  readonly type?: string
  readonly link?: string
  /** What the header says, where that is not the content's length. */
  readonly size?: string
  readonly damaged?: boolean
}

/** An uncompressed archive with exactly these entries. */
export function tarOf(entries: readonly RawEntry[], { end = true } = {}): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), ...(end ? [Buffer.alloc(1024)] : [])])
}

export function tgzOf(entries: readonly RawEntry[]): Buffer {
  return gzipSync(tarOf(entries))
}

/** `path=…` and the like before an entry. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): RawEntry {
  const content = Object.entries(records).map(([key, value]) => paxRecord(key, value))
  return { name: 'pax', type, content: content.join('') }
}

function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (String(length).length + rest !== length) length = String(length).length + rest
  return `${length} ${key}=${value}\n`
}

function blocksOf({ name, content = '', type = '0', link = '', size, damaged }: RawEntry): Buffer[] {
  const body = Buffer.from(content as string)
  const header = Buffer.alloc(512)
  Buffer.from(name as string).copy(header, 0, 0, 100)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(size ?? `${body.length.toString(8).padStart(11, '0')} `, 124)
  header.write('00000000000 ', 136)
  header.write(type, 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257)
  header.write('        ', 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${(damaged ? sum + 1 : sum).toString(8).padStart(6, '0')}\0 `, 148)
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
}
