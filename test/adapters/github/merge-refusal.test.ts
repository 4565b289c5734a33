import { expect, test } from '@jest/globals'
import { mergeRefusalOf } from '../../../src/adapters/github/merge-refusal.ts'

test.each([
  [409, 'Head branch was modified. Review and try the merge again.', 'head-moved'],
  [405, 'Base branch was modified. Review and try the merge again.', 'base-moved'],
  [405, 'Pull Request is not mergeable', 'unclear'],
  [405, 'Merge commits are not allowed on this repository.', 'method'],
  [405, 'Squash merges are not allowed on this repository.', 'method'],
  [405, 'Rebase merges are not allowed on this repository.', 'method'],
  [405, 'The selected merge method (merge) is not allowed.', 'method'],
  [405, 'Required status check "lockstep/gate" is expected.', 'blocked'],
  [405, 'At least 1 approving review is required by reviewers with write access.', 'blocked'],
  [405, 'Changes must be made through the merge queue', 'queue'],
  [405, 'Pull Request is closed', 'unclear'],
  [422, 'Something new', 'blocked'],
] as const)('%i "%s" is %s', (status, message, refusal) => {
  const kind = status === 409 ? 'conflict' : 'refused'
  expect(mergeRefusalOf({ kind, status, message, details: [] })).toBe(refusal)
})

test.each([
  'credentials',
  'permission',
  'limited',
  'unavailable',
  'unanswered',
] as const)('%s is no refusal', (kind) => {
  expect(mergeRefusalOf({ kind, message: 'Base branch was modified', details: [] })).toBeUndefined()
})
