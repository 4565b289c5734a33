import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { marked, type Token, type Tokens } from 'marked'
import { previewComment } from '../../src/preview/comment.ts'
import type { PreviewReport } from '../../src/preview/preview-report.ts'
import { expectGolden } from '../support/golden.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { environmentDrift, overlayPreview, previewReport } from '../support/preview-report.ts'
import { HOSTILE, SITUATIONS } from '../support/preview-situations.ts'

describe('the comment reads the same as when it was last looked at', () => {
  test.each(Object.keys(SITUATIONS))('%s', (name) => {
    const report = (SITUATIONS[name] as () => PreviewReport)()
    expectGolden(`comment/${name.replaceAll(/[^a-z0-9]+/g, '-')}.md`, previewComment(report).text)
  })

  test('little room', () => {
    const report = (SITUATIONS['few unusual ones among six hundred'] as () => PreviewReport)()
    const { text, omitted } = previewComment(report, 2_000)
    expectGolden('comment/little-room.md', text)
    expect(omitted).toMatchObject({ applications: 0, problems: 0, changes: 0, diffs: 5 })
  })
})

/** What other people's labels would lead to, if one of theirs were taken for a label. */
const TRAPS = '\n\n[checks]: https://ours.example\n[zzz]: https://evil.example\n[x]: https://evil.example'

/** The Markdown as GitHub would take it apart: fences that close, and nothing of other people's outside of code. */
function expectInert(text: string): void {
  expect(openFence(text)).toBeUndefined()
  expect(text).not.toContain('<!--')
  const tokens = marked.lexer(text, { gfm: true })
  const outside = outsideCode(tokens)
  expect(outside.split(/<details(?: open)?>/).length).toBe(outside.split('</details>').length)
  expect(outside).not.toMatch(/(^|[^\w`])@[A-Za-z]|(^|\W)#\d|\bGH-\d|:\/\/|www\.[a-z]|javascript:|[0-9a-f]{7}/i)
  expect(outside.replaceAll(/<\/?(?:details(?: open)?|summary|sub|b|br)>/g, '')).not.toMatch(/<[a-z!/]/i)
  let headings = 0
  marked.walkTokens(marked.lexer(`${text}${TRAPS}`, { gfm: true }), (token) => {
    expect(['image', 'checkbox']).not.toContain(token.type)
    if (token.type === 'heading') headings++
    if (token.type === 'link') expect((token as Tokens.Link).href).toBe('https://ours.example')
  })
  expect(headings).toBe(1)
}

/** The fence that is still open at the end. */
function openFence(text: string): string | undefined {
  let open: string | undefined
  for (const line of text.split('\n')) {
    const fence = /^(`{3,})[^`]*$/.exec(line)?.[1]
    if (!fence) continue
    if (open === undefined) open = fence
    else if (fence.length >= open.length && line.trim() === fence) open = undefined
  }
  return open
}

function outsideCode(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (isCode(token) ? ' ' : hasChildren(token) ? outsideCode(children(token)) : token.raw))
    .join('')
}

function isCode(token: Token): boolean {
  return token.type === 'code' || token.type === 'codespan'
}

function children(token: Token): Token[] {
  if (token.type === 'list') return (token as Tokens.List).items
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table
    return [header, ...rows].flat().flatMap((cell) => cell.tokens)
  }
  return 'tokens' in token ? (token.tokens ?? []) : []
}

function hasChildren(token: Token): boolean {
  return children(token).length > 0
}

/** Lines of lists, quotations and diffs; tables and titles count what they merge, and counts differ with the room. */
function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => /^(?:- | {2}- |> - |[ +-] )/.test(line) && !line.includes('… and '))
}

describe('whatever a report holds', () => {
  const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }))
  const preview = fc
    .record({ kind: fc.constantFrom('changed', 'error', 'unchanged'), text: hostile, value: hostile, more: hostile })
    .map(({ kind, text, value, more }) => (application: string, environment: string) => {
      const problem = { code: 'X', message: text, file: value, line: 3, object: more, remedy: text }
      if (kind === 'error') return overlayPreview(application, environment, { problems: [problem] })
      const before = [configMap('c', { a: '1', [text]: 'old' }), configMap(`gone-${more}`, {}), deployment('d')]
      const after = [configMap('c', { a: value, [text]: more }), deployment('d', { image: value })]
      return overlayPreview(application, environment, { before, after: kind === 'unchanged' ? before : after })
    })
  const report = fc
    .record({
      count: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2000 })),
      previews: fc.array(preview, { minLength: 1, maxLength: 12 }),
      environments: fc.integer({ min: 1, max: 8 }),
      drifted: fc.array(hostile, { maxLength: 300 }),
      texts: fc.array(hostile, { maxLength: 300 }),
      hideLive: fc.boolean(),
    })
    .map(({ count, previews, environments, drifted, texts, hideLive }) =>
      previewReport(
        Array.from({ length: count }, (_, i) =>
          (previews[i % previews.length] as (typeof previews)[number])(
            `app-${Math.floor(i / environments)}`,
            `env-${i % environments}`,
          ),
        ),
        {
          hideLive,
          conflicts: texts,
          notes: texts,
          drift: [
            environmentDrift(
              'env-0',
              drifted.map((text) => ({ object: text, live: text, desired: text, manager: text })),
              { standing: drifted.map((track) => ({ kind: 'pinned', track })) },
            ),
          ],
          gates: texts.map((message) => ({ code: 'X_WAITS', verdict: 'waits', message, unblock: message })),
        },
      ),
    )

  test('the comment fits, its fences close, and other people’s text does nothing', () => {
    fc.assert(
      fc.property(report, fc.constantFrom(2_000, 8_000, 60_000), (one, room) => {
        const { text } = previewComment(one, room)
        expect(text.length).toBeLessThanOrEqual(room)
        expectInert(text)
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  test('what has no room is counted, and counts are all that is missing', () => {
    fc.assert(
      fc.property(report, (one) => {
        const all = previewComment(one, 100_000_000)
        const few = previewComment(one, 2_000)
        for (const part of [
          'applications',
          'destructive',
          'images',
          'problems',
          'drift',
          'standing',
          'gates',
          'notes',
          'changes',
        ])
          expect([part, all.omitted[part]]).toEqual([part, 0])
        for (const count of Object.values(few.omitted))
          if (count > 0) expect(few.text).toContain(`… and ${count.toLocaleString('en-US')} more`)
      }),
      { numRuns: 15 },
    )
  }, 120_000)

  test('what is shown is shown whole, however little room there is', () => {
    fc.assert(
      fc.property(report, fc.integer({ min: 2_000, max: 20_000 }), (one, room) => {
        const whole = new Set(linesOf(previewComment(one, 100_000_000).text))
        const cut = linesOf(previewComment(one, room).text).filter((line) => !whole.has(line))
        expect(cut).toEqual([])
      }),
      { numRuns: 15 },
    )
  }, 120_000)
})
