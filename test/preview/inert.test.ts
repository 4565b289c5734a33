import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { marked, type Token, type Tokens } from 'marked'
import { code, codeCell, fenced, oneLine, plain, plainWithin } from '../../src/preview/comment/inert.ts'
import { HOSTILE } from '../support/preview-situations.ts'

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HOSTILE, '`', '```', '\n', '   ```', '~~~', '|', '\\|', '\\'),
      fc.string({ unit: 'binary' }),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))
const tokensOf = (markdown: string) => marked.lexer(markdown, { gfm: true })
const always = (holds: (text: string) => void) => fc.assert(fc.property(hostile, holds), { numRuns: 500 })

/** All tokens below these, by type. */
function typesIn(tokens: Token[]): Set<string> {
  const types = new Set<string>()
  marked.walkTokens(tokens, (token) => {
    types.add(token.type)
  })
  return types
}

describe('other people’s text', () => {
  test('does not leave its fence', () => {
    always((text) => {
      const tokens = tokensOf(`${fenced(text, 'diff')}\n\nafter`)
      expect(tokens.map(({ type }) => type).filter((type) => type !== 'space')).toEqual(['code', 'paragraph'])
    })
  })

  test('does not leave its code span', () => {
    always((text) => {
      const [paragraph, ...others] = tokensOf(`a ${code(text)} b`)
      expect(others).toEqual([])
      expect((paragraph as Tokens.Paragraph).tokens.map(({ type }) => type)).toEqual(['text', 'codespan', 'text'])
    })
  })

  test('does not leave its cell, not even in code', () => {
    always((text) => {
      const [table, ...others] = tokensOf(`| a | b |\n| --- | --- |\n| ${codeCell(text)} | ${plain(text)} |\n`)
      expect(others).toEqual([])
      expect((table as Tokens.Table).rows.map((row) => row.length)).toEqual([2])
      expect((table as Tokens.Table).rows[0]?.[0]?.tokens.map(({ type }) => type)).toEqual(['codespan'])
    })
  })

  test('is nothing but text in a sentence, at the beginning of one, and in a list', () => {
    always((text) => {
      const inert = new Set(['paragraph', 'text', 'escape', 'space', 'list', 'list_item'])
      for (const markdown of [`x ${plain(text)} x`, plain(text.trim()), `- ${plain(text.trim()) || 'nothing'}`])
        expect([...typesIn(tokensOf(markdown))].filter((type) => !inert.has(type))).toEqual([])
    })
  })

  test('is one line without controls and direction marks', () => {
    always((text) => expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u))
  })

  test('fits a headline once it is escaped, whole where it can', () => {
    always((text) => {
      expect(plainWithin(text, 50).length).toBeLessThanOrEqual(51)
      if (plain(text).length <= 50) expect(plainWithin(text, 50)).toBe(plain(text))
    })
  })
})
