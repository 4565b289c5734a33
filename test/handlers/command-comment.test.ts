import { expect, test } from '@jest/globals'
import { holdsCommand } from '../../src/handlers/command-comment.ts'

test.each([
  ['a command alone', '/promote', true],
  ['a command in capitals', '/PROMOTE', true],
  ['a command below other words', 'Looks right.\n\n/promote prod --dry-run', true],
  ['a command after a code block', '```yaml\na: 1\n```\n/promote', true],
  ['a command after a longer fence', '````\n```\n````\n/promote', true],
  ['a command inside a code block', '```\n/promote\n```', false],
  ['a command inside a block that never ends', '~~~\n/promote', false],
  ['a fence of the other kind does not end a block', '~~~\n```\n/promote\n~~~', false],
  ['a shorter fence does not end a block', '````\n```\n/promote\n````', false],
  ['a fence with words does not end a block', '```\n``` yaml\n/promote\n```', false],
  ['a quoted command', '> /promote', false],
  ['a command in a sentence', 'Please /promote this', false],
  ['an indented command', '    /promote', false],
  ['a path', '/etc/hosts is fine', true],
  ['a slash alone', '/ 2', false],
  ['nothing', '', false],
])('%s', (_, body, expected) => {
  expect(holdsCommand(body)).toBe(expected)
})
