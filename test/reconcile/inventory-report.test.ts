import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Problem } from '../../src/model/errors.ts'
import {
  nextInventoryReport,
  parseInventoryReport,
  type ReportedPass,
} from '../../src/reconcile/report/inventory-report.ts'
import type { ObjectReport, ObjectVerb } from '../../src/reconcile/report/object-report.ts'

const object = (verb: ObjectVerb, name = 'web', reason?: string): ObjectReport => ({
  key: { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name },
  verb,
  ...(reason && { reason }),
})
const refusal: Problem = {
  code: 'APPLY_REFUSED',
  message: 'took 31 ms',
  object: 'Deployment/web',
  remedy: 'Correct it.',
}
const pass = (change: Partial<ReportedPass> = {}): ReportedPass => ({
  at: '2026-11-20T14:00:00Z',
  revision: 'a'.repeat(40),
  objects: [object('unchanged')],
  problems: [],
  ...change,
})
const later = { at: '2026-11-20T15:00:00Z' }

describe('what an inventory tells of the last pass', () => {
  test('is what it did and what failed', () => {
    const text = nextInventoryReport(
      undefined,
      pass({ objects: [object('created'), object('failed', 'bad')], problems: [refusal] }),
    )
    expect(parseInventoryReport(text ?? '')).toEqual({
      at: '2026-11-20T14:00:00Z',
      revision: 'a'.repeat(40),
      counts: { created: 1, configured: 0, unchanged: 0, deleted: 0, skipped: 0, failed: 1 },
      problems: [{ code: 'APPLY_REFUSED', message: 'took 31 ms', object: 'Deployment/web' }],
      failed: ['Deployment/bad'],
    })
  })

  test('stays as it is, to the byte, where the next pass has nothing new to tell', () => {
    const first = nextInventoryReport(undefined, pass({ objects: [object('created')] }))
    expect(nextInventoryReport(first, pass(later))).toBe(first)
    const healed = pass({ ...later, objects: [object('configured', 'web', 'DRIFT_HEALED')] })
    expect(nextInventoryReport(first, healed)).toBe(first)
    expect(nextInventoryReport(undefined, pass())).toBeUndefined()
  })

  test('keeps the time of the first of equal failures, and is told when they end', () => {
    const failed = nextInventoryReport(undefined, pass({ problems: [refusal] }))
    const again = pass({ ...later, problems: [{ ...refusal, message: 'took 32 ms' }] })
    expect(nextInventoryReport(failed, again)).toBe(failed)
    const mended = nextInventoryReport(failed, pass(later)) ?? ''
    expect(parseInventoryReport(mended)).toMatchObject({ ...later, problems: [] })
  })

  test('is small, however much went wrong', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5_000 })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 50 }), (messages) => {
        const problems = messages.map((message) => ({ ...refusal, message, object: message }))
        const report = nextInventoryReport(
          undefined,
          pass({ problems, objects: messages.map((name) => object('failed', name)) }),
        )
        expect((report ?? '').length).toBeLessThan(20_000)
        if (report !== undefined)
          expect(parseInventoryReport(report)?.problems.length).toBe(Math.min(5, messages.length))
      }),
    )
  })

  test.each(['', 'null', '[]', '{', '{"at":1}', '{"at":"x","revision":"y"}'])('%j was not written by us', (text) => {
    expect(parseInventoryReport(text)).toBeUndefined()
  })
})
