import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FrameReader, requestFrames } from '../../../../src/adapters/kustomize/resident/frames.ts'

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))

test('frames come out whole however the stream is cut', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), cuts, (contents, sizes) => {
      const files = contents.map((content, index) => ({ path: `f${index}`, mode: '100644' as const, content }))
      const stream = requestFrames({ overlay: 'prod', files })
      const reader = new FrameReader()
      const read: Buffer[] = []
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1
        read.push(...reader.push(stream.subarray(at, at + size)))
        at += size
      }
      expect(read.slice(1)).toEqual(contents)
      expect(reader.announced).toBe(0)
    }),
  )
})

test('how long a frame will be is known before it has come', () => {
  const reader = new FrameReader()
  expect(reader.push(Buffer.from([0, 0]))).toEqual([])
  expect(reader.announced).toBe(0)
  expect(reader.push(Buffer.from([1, 0, 7]))).toEqual([])
  expect(reader.announced).toBe(256)
})

test('a request names its files and tells links apart', () => {
  const files = [
    { path: 'a/é.yaml', mode: '100644' as const, content: Buffer.from('x') },
    { path: 'a/link', mode: '120000' as const, content: Buffer.from('é.yaml') },
  ]
  const [header, ...contents] = new FrameReader().push(requestFrames({ overlay: 'a', files }))
  expect(JSON.parse(String(header))).toEqual({
    overlay: 'a',
    files: [
      { path: 'a/é.yaml', link: false },
      { path: 'a/link', link: true },
    ],
  })
  expect(contents.map(String)).toEqual(['x', 'é.yaml'])
})
