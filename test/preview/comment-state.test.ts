import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type CommentState,
  MOST_LOSSES,
  MOST_LOSSES_TOLD,
  MOST_TOLD,
  parseCommentState,
  printCommentState,
} from '../../src/preview/comment-state.ts'

const id = fc.stringMatching(/^[0-9a-f]{8}$/)
const state = fc.record({
  green: fc.boolean(),
  losses: fc.array(id, { maxLength: MOST_LOSSES }),
  told: fc.array(
    fc.record({ topic: id.map((hex) => `attention-${hex}`), losses: fc.array(id, { maxLength: MOST_LOSSES_TOLD }) }),
    { maxLength: MOST_TOLD },
  ),
})

describe('what a comment keeps in mind', () => {
  test('is read back from the middle of its text', () => {
    fc.assert(
      fc.property(state, (kept) => {
        expect(parseCommentState(`### ✅ x\n\n${printCommentState(kept)}\n<!-- lockstep:preview -->`)).toEqual(kept)
      }),
    )
  })

  test('never takes more room than a comment has out of sight', () => {
    const many: CommentState = {
      green: false,
      losses: Array.from({ length: 5_000 }, () => '0123abcd'),
      told: Array.from({ length: 100 }, () => ({
        topic: 'attention-0123abcd',
        losses: Array.from({ length: 100 }, () => '0123abcd'),
      })),
    }
    expect(printCommentState(many).length).toBeLessThan(1_700)
    expect(parseCommentState(printCommentState(many))?.told).toHaveLength(MOST_TOLD)
  })

  test.each([
    '',
    '### ✅ x',
    '<!-- lockstep-state: blue losses= told= -->',
    '<!-- lockstep-state: green losses=xyz told= -->',
  ])('is nothing in %j', (body) => expect(parseCommentState(body)).toBeUndefined())
})
