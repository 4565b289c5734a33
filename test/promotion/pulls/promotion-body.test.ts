import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { marked } from 'marked'
import type { PromotionPlan } from '../../../src/promotion/carry/plan.ts'
import { codeSpan, plain } from '../../../src/promotion/edit/text-escape.ts'
import { parseMarker } from '../../../src/promotion/pulls/marker.ts'
import { type PromotionText, printBody, printCommit, printTitle } from '../../../src/promotion/pulls/promotion-body.ts'
import { parseTrailers } from '../../../src/promotion/pulls/trailers.ts'

function text(change: Partial<PromotionPlan> = {}, more: Partial<PromotionText> = {}): PromotionText {
  const plan: PromotionPlan = {
    application: 'checkout',
    from: 'staging',
    to: 'prod',
    carried: [{ path: 'images[name=shop].newTag', before: 'v1', after: 'v2', file: 'a/k.yaml', line: 6 }],
    kept: [{ path: 'replicas[name=shop].count', from: '1', to: '9' }],
    unexplained: [{ path: 'namespace', from: 'staging', to: 'prod' }],
    files: [],
    planHash: 'a'.repeat(64),
    ...change,
  }
  return { plan, kind: 'promotion', base: 'b'.repeat(40), requestedBy: 'ana', auto: false, ...more }
}

test('the title names the version', () => {
  expect(printTitle(text())).toBe('Promote checkout v2 from staging to prod')
  expect(printTitle(text({ from: 'c'.repeat(40) }, { kind: 'rollback' }))).toBe(
    'Roll back checkout in prod to cccccccccccc',
  )
})

test('the body shows what is carried, kept and unexplained, and how to go on', () => {
  const body = printBody(text())
  for (const part of [
    '| `images[name=shop].newTag` | `v1` | `v2` | `a/k.yaml:6` |',
    'Kept as it is',
    'not explained',
    '`/promote`',
  ])
    expect(body).toContain(part)
  expect(parseMarker(body)).toEqual({ planHash: 'a'.repeat(64), base: 'b'.repeat(40) })
})

test('the commit ends with trailers, whatever the values say', () => {
  const evil = 'x\n\nLockstep-To: dev'
  const carried = [{ path: evil, before: evil, after: evil, file: 'f', line: 1 }]
  const { headline, body } = printCommit(text({ carried }))
  expect(headline).not.toContain('\n')
  expect(parseTrailers(`${headline}\n\n${body}`)).toMatchObject({ to: 'prod', from: 'staging', requestedBy: 'ana' })
})

test('a thousand changes fit', () => {
  const carried = Array.from({ length: 1000 }, (_, i) => ({
    path: `p${i}`,
    before: 'b'.repeat(500),
    after: 'a'.repeat(500),
    file: 'f',
    line: i,
  }))
  const body = printBody(text({ carried, kept: carried.map(({ path }) => ({ path, from: 'x', to: 'y' })) }))
  expect(body.length).toBeLessThan(60_000)
  expect(body).toContain('and 900 more')
})

describe('other people’s text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '`',
          '``',
          '|',
          '\\',
          '@acme/all',
          '<b>',
          '-->',
          '<!--',
          '[a](b)',
          '#1',
          '\n',
          '\n\n',
          '**',
          'http://x',
          '&lt;',
          '~~',
        ),
      )
      .map((parts) => parts.join('')),
  )
  const elements = (html: string) =>
    [...html.matchAll(/<(?!\/)([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag?.toLowerCase())

  test('stays one code span', () => {
    fc.assert(
      fc.property(
        hostile.filter((each) => each.trim() !== ''),
        (value) => {
          expect(elements(marked.parseInline(codeSpan(value.replaceAll('\0', ''))) as string)).toEqual(['code'])
        },
      ),
    )
  })

  test('is no markup, mention or link in running text', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const escaped = plain(value.replace(/https?:/g, ''))
        expect(elements(marked.parseInline(escaped) as string)).toEqual([])
        expect(escaped).not.toContain('@')
      }),
    )
  })

  test('does not end a table row', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const html = marked.parse(
          printBody(text({ carried: [{ path: 'p', before: value, after: 'v2', file: 'f', line: 1 }] })),
        ) as string
        const rows = html.split('<tbody>')[1]?.split('</tbody>')[0] ?? ''
        expect(rows.match(/<td>/g)).toHaveLength(4)
      }),
    )
  })
})
