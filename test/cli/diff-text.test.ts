import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { painter } from '../../src/cli/colour.ts'
import { diffText } from '../../src/cli/diff-text.ts'
import { displayWidth, fitTo } from '../../src/cli/display-width.ts'
import { printJson } from '../../src/model/json.ts'
import type { PreviewReport } from '../../src/preview/preview-report.ts'
import { reportJson } from '../../src/preview/preview-report.ts'
import { compileSchema } from '../support/diff-schema.ts'
import { expectGolden } from '../support/golden.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { overlayPreview, previewReport } from '../support/preview-report.ts'
import { HOSTILE, SITUATIONS } from '../support/preview-situations.ts'

const plain = { paint: painter({}, {}), columns: undefined, full: false }
const situation = (name: string) => (SITUATIONS[name] as () => PreviewReport)()

describe('the text of a diff reads the same as when it was last looked at', () => {
  test.each([
    'one application in one environment',
    'three applications in three environments',
    'few unusual ones among six hundred',
    'remote content that moved',
    'a renamed object',
    'a merge conflict',
    'nothing changes',
  ])('%s', (name) => {
    expectGolden(`diff/${name.replaceAll(/[^a-z0-9]+/g, '-')}.txt`, diffText(situation(name), plain).trimEnd())
  })

  test('in full every overlay is named', () => {
    const text = diffText(situation('the same change in two hundred applications'), { ...plain, full: true })
    expect(text).toContain('  in dev, staging, prod: accounts, auth, billing')
    expect(text).toContain('service-199')
  })

  test('with the changed lines', () => {
    const text = diffText(situation('one application in one environment'), { ...plain, full: true })
    expectGolden('diff/with-the-changed-lines.txt', text.trimEnd())
  })
})

describe('a terminal', () => {
  test('gets colours, and words that say the same without them', () => {
    const report = situation('three applications in three environments')
    const coloured = diffText(report, { ...plain, paint: painter({}, { isTTY: true }) })
    expect(coloured).toContain('\u001b[31m! deletes Service/ledger-old')
    expect(stripVTControlCharacters(coloured)).toBe(diffText(report, plain))
  })

  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ])('with %j (terminal: %s) has colours: %s', (env, isTTY, expected) => {
    expect(painter(env, { isTTY })('red', 'x') !== 'x').toBe(expected)
  })

  test('has a table that fits, names shortened; elsewhere nothing is', () => {
    const name = 'an-application-with-a-name-that-is-long'
    const overlays = ['dev', 'prod'].map((environment) =>
      overlayPreview(name, environment, { before: [deployment('d')], after: [deployment('d', { replicas: 4 })] }),
    )
    const rows = (columns: number | undefined) =>
      diffText(previewReport(overlays), { ...plain, columns })
        .split('\n')
        .filter((line) => line.startsWith('an-app') && line.includes('~1'))
    expect(rows(undefined)).toEqual([`${name}  ~1   ~1`])
    expect(rows(30)).toEqual(['an-application-wit…  ~1   ~1'])
  })
})

describe('other people’s text', () => {
  test('stays on its line and moves no cursor', () => {
    const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const problem = { code: 'X', message: one, file: other, line: 1, remedy: other }
        const report = previewReport(
          [
            overlayPreview(one, 'dev', {
              before: [configMap(other, { a: '1' })],
              after: [configMap('c', { [one]: other })],
            }),
            overlayPreview(other, 'dev', { problems: [problem] }),
          ],
          { notes: [one], conflicts: [other] },
        )
        const text = diffText(report, { ...plain, columns: 80, full: true })
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a column', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['①→', 2],
    ['', 0],
  ])('%j takes %i of them', (text, columns) => expect(displayWidth(text)).toBe(columns))

  test('is filled exactly, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(displayWidth(fitTo(text, columns))).toBe(columns)
      }),
    )
  })
})

test.each(Object.keys(SITUATIONS))('JSON is as its schema says: %s', (name) => {
  const validate = compileSchema()
  const answer: unknown = JSON.parse(printJson(reportJson(situation(name), { diffs: 1 }, 12)))
  expect([validate(answer), validate.errors]).toEqual([true, null])
})
