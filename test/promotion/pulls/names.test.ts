import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseBranchName, printBranchName } from '../../../src/promotion/pulls/branch-name.ts'
import { parseMarker, printMarker } from '../../../src/promotion/pulls/marker.ts'
import { parseTrailers, printTrailers } from '../../../src/promotion/pulls/trailers.ts'
import { type LedgerRecord, parseState, writeEntry } from '../../../src/promotion/state/state.ts'

const name = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/)
const hash = fc.stringMatching(/^[\da-f]{64}$/)
const sha = fc.stringMatching(/^[\da-f]{40}$/)
const kind = fc.constantFrom('promotion' as const, 'rollback' as const)

describe('what is printed is read back', () => {
  test('branch names', () => {
    const branch = fc.record({
      kind: fc.constantFrom('promote' as const, 'rollback' as const),
      environment: name,
      application: name,
    })
    fc.assert(fc.property(branch, (each) => expect(parseBranchName(printBranchName(each))).toEqual(each)))
  })

  test('markers, wherever they stand in a body', () => {
    const marker = fc.record(
      { planHash: hash, base: sha, head: sha, command: fc.nat() },
      { requiredKeys: ['planHash', 'base'] },
    )
    fc.assert(
      fc.property(marker, fc.string(), (each, text) =>
        expect(parseMarker(`${text}\n${printMarker(each)}\r\n`)).toEqual(each),
      ),
    )
  })

  test('trailers, below whatever text', () => {
    const required = { application: name, from: name, to: name, planHash: hash, requestedBy: name, kind }
    const trailers = fc.record(
      { ...required, source: sha },
      { requiredKeys: Object.keys(required) as (keyof typeof required)[] },
    )
    fc.assert(
      fc.property(trailers, fc.string(), (each, text) => {
        expect(parseTrailers(`Title\n\n${text}\n\n${printTrailers(each)}\n`)).toEqual(each)
      }),
    )
  })

  test('ledger records', () => {
    const record: fc.Arbitrary<LedgerRecord> = fc.record({
      pullRequest: fc.nat(),
      kind,
      application: name,
      from: name,
      to: name,
      planHash: hash,
      requestedBy: name,
      openedAt: fc.constant('2026-11-21T12:00:00.000Z'),
    })
    fc.assert(
      fc.property(record, (item) => {
        const { path, content } = writeEntry({ kind: 'ledger', item })
        expect(parseState(new Map([[path, content ?? '']])).ledger.get(String(item.pullRequest))).toEqual(item)
      }),
    )
  })
})

test.each([
  'lockstep/promote/prod',
  'lockstep/promote/prod/a/b',
  'lockstep/deploy/prod/a',
  'main',
])('%s is no promotion branch', (text) => {
  expect(parseBranchName(text)).toBeUndefined()
})

test('trailers that lack one of their parts are none', () => {
  expect(parseTrailers('x\n\nLockstep-App: a\nLockstep-From: b\nLockstep-To: c\n')).toBeUndefined()
})

test.each([
  ['locks/prod.yaml', 'environment: staging\nby: a\nat: 2026-11-21T12:00:00Z\n'],
  ['locks/prod.yaml', 'environment: prod\nby: a\n'],
  ['holds/7.yaml', 'pullRequest: 7\nby: a\nat: yesterday\n'],
  ['claims/prod.yaml', 'a: [\n'],
  ['ledger/1.yaml', ''],
])('a file %s that this version would not write makes the state unknown', (path, text) => {
  expect(() => parseState(new Map([[path, text]]))).toThrow(expect.objectContaining({ code: 'STATE_UNKNOWN' }))
})
