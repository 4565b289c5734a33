import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { UNPACK_LIMITS, unpackChart } from '../../../src/adapters/charts/unpack-chart.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { pax, type RawEntry, tarOf, tgzOf } from '../../support/tar-archive.ts'

const CHART: RawEntry = { name: 'web/Chart.yaml', content: 'name: web' }
const long = 'templates/'.repeat(14)

async function textsOf(archive: Buffer): Promise<Record<string, string>> {
  const files = await unpackChart(archive)
  return Object.fromEntries([...files].map(([path, { content }]) => [path, content.toString('utf8')]))
}

describe('an archive that is a chart', () => {
  test('is its files below the chart’s directory', async () => {
    const archive = tgzOf([{ name: 'web/', type: '5' }, CHART, { name: 'web/templates/a.yaml', content: 'kind: A' }])
    expect(await textsOf(archive)).toEqual({ 'Chart.yaml': 'name: web', 'templates/a.yaml': 'kind: A' })
  })

  test('may have long names in either way of writing them, and a commit of git', async () => {
    const archive = tgzOf([
      pax({ comment: '0123abcd' }, 'g'),
      pax({ path: `web/${long}pax.yaml`, mtime: '1.5' }),
      { name: 'cut', content: 'p' },
      { name: '././@LongLink', type: 'L', content: `web/${long}gnu.yaml\0` },
      { name: 'cut', content: 'g' },
    ])
    expect(await textsOf(archive)).toEqual({ [`${long}pax.yaml`]: 'p', [`${long}gnu.yaml`]: 'g' })
  })

  test.each(['ustar', 'pax', 'gnu', 'v7'])('is read as tar writes it in the format %s', async (format) => {
    const scratch = temporaryDirectory()
    const files = {
      'Chart.yaml': 'name: web\n',
      'templates/ä ö.yaml': 'x'.repeat(3_000),
      [`${'d/'.repeat(30)}f`]: 'deep',
    }
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(scratch.path, 'web', path)), { recursive: true })
      writeFileSync(join(scratch.path, 'web', path), content)
    }
    const archive = execFileSync('tar', [`--format=${format}`, '-cz', 'web'], { cwd: scratch.path })
    expect(await textsOf(archive)).toEqual(files)
    scratch.remove()
  })
})

const many = (count: number): RawEntry[] => Array.from({ length: count }, (_, index) => ({ name: `web/f${index}` }))

describe('an archive is refused that', () => {
  const hostile: Record<string, [Buffer, RegExp]> = {
    'leads out by `..`': [tgzOf([CHART, { name: 'web/../../etc/passwd' }]), /not a path inside a chart/],
    'is absolute': [tgzOf([{ name: '/etc/passwd' }]), /not a path inside a chart/],
    'has a drive': [tgzOf([{ name: 'C:/web/a' }]), /not a path inside a chart/],
    'has backslashes': [tgzOf([{ name: 'web\\..\\a' }]), /not a path inside a chart/],
    'has an empty step': [tgzOf([{ name: 'web//a' }]), /not a path inside a chart/],
    'has a dot for a step': [tgzOf([{ name: './web/a' }]), /not a path inside a chart/],
    'has a newline in a name': [tgzOf([{ name: 'web/a\nb' }]), /not a path inside a chart/],
    'has a NUL in a pax name': [tgzOf([pax({ path: 'web/a\0b' }), CHART]), /not a path inside a chart/],
    'leads out by a pax name': [tgzOf([pax({ path: 'web/../../a' }), CHART]), /not a path inside a chart/],
    'leads out by a GNU name': [tgzOf([{ name: 'x', type: 'L', content: '/etc/passwd\0' }, CHART]), /not a path/],
    'names all entries at once': [tgzOf([pax({ path: 'web/a' }, 'g'), CHART]), /one name or size/],
    'is nested without end': [
      tgzOf([{ name: 'x', type: 'L', content: `web/${'a/'.repeat(40)}b\0` }, CHART]),
      /not a path/,
    ],
    'has a name of a megabyte': [tgzOf([{ name: 'x', type: 'L', content: 'a'.repeat(1_000_000) }, CHART]), /64 KiB/],
    'holds a symbolic link': [tgzOf([CHART, { name: 'web/a', type: '2', link: '/etc/passwd' }]), /link or a device/],
    'holds a hard link': [tgzOf([CHART, { name: 'web/a', type: '1', link: 'web/Chart.yaml' }]), /link or a device/],
    'holds a character device': [tgzOf([{ name: 'web/null', type: '3' }]), /link or a device/],
    'holds a block device': [tgzOf([{ name: 'web/sda', type: '4' }]), /link or a device/],
    'holds a pipe': [tgzOf([{ name: 'web/pipe', type: '6' }]), /link or a device/],
    'holds a sparse file': [tgzOf([pax({ 'GNU.sparse.major': '1' }), CHART]), /sparse/],
    'has two files of one name': [tgzOf([CHART, CHART]), /stands there twice/],
    'has names that differ in case': [tgzOf([CHART, { name: 'web/CHART.yaml' }]), /twice, once as Chart.yaml/],
    'has names that differ in composition': [tgzOf([{ name: 'web/\u00e9' }, { name: 'web/e\u0301' }]), /twice/],
    'has a file that is a directory': [tgzOf([{ name: 'web/a' }, { name: 'web/a/b' }]), /a file and a directory/],
    'has two directories at the top': [tgzOf([CHART, { name: 'other/a' }]), /not in its directory web/],
    'has a file at the top': [tgzOf([{ name: 'web' }]), /in no directory/],
    'has a name that is not UTF-8': [tgzOf([{ name: Buffer.from([0x77, 0x2f, 0xff]) }]), /not UTF-8/],
    'has 100,000 files': [tgzOf(many(100_000)), /more than 10000 entries/],
    'unpacks to more than it may': [gzipSync(Buffer.alloc(UNPACK_LIMITS.totalBytes + 1)), /more than 100 MiB/],
    'holds a file that helm would not read': [
      tgzOf([{ name: 'web/a', content: Buffer.alloc(5 * 1024 ** 2 + 1) }]),
      /larger/,
    ],
    'says another size than it has': [
      tgzOf([{ name: 'web/a', content: 'x', size: '77777777777 ' }]),
      /middle of a file/,
    ],
    'says a negative size': [tgzOf([{ name: 'web/a', size: '-1         ' }]), /size that cannot be read/],
    'says a size in pax that is none': [tgzOf([pax({ size: '-5' }), CHART]), /number that cannot be read/],
    'has a pax header without end': [
      tgzOf([{ name: 'x', type: 'x', content: '99 path=a\n' }, CHART]),
      /cannot be read/,
    ],
    'has a header of a wrong sum': [tgzOf([{ ...CHART, damaged: true }]), /sum is wrong/],
    'ends in the middle of an entry': [gzipSync(tarOf([CHART], { end: false }).subarray(0, 700)), /middle of/],
    'is cut off': [tgzOf([CHART]).subarray(0, 40), /no gzip archive, or damaged/],
    'is not compressed': [tarOf([CHART]), /no gzip archive/],
    'is a web page': [Buffer.from('<html>404</html>'), /no gzip archive/],
    'is empty': [Buffer.alloc(0), /no gzip archive/],
  }
  test.each(Object.entries(hostile))('%s', async (_, [archive, words]) => {
    await expect(unpackChart(archive)).rejects.toMatchObject({
      code: 'CHART_ARCHIVE',
      message: expect.stringMatching(words),
    })
  })

  test('is anything else than an archive: nothing but refusals or plain paths ever come out', async () => {
    const names = fc.array(fc.constantFrom('web', 'a', '..', '.', '', 'B', 'b', '\\', 'c d', '\u0000', 'ü'), {
      maxLength: 5,
    })
    const entry = fc.record({
      name: names.map((parts) => parts.join('/')),
      type: fc.constantFrom('0', '5', '2', 'x', 'L', 'g'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
        const files = await unpackChart(tgzOf(entries.map((one) => ({ ...one, content: one.name })))).catch((error) => {
          if (error.code !== 'CHART_ARCHIVE') throw error
          return new Map<string, unknown>()
        })
        for (const path of files.keys()) expect(path).toMatch(/^(?!\/)(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\\\p{Cc}]+$/u)
      }),
    )
  })
})
