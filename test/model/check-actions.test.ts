import { describe, expect, test } from '@jest/globals'
import { type CheckAction, checkButton, parseCheckAction, printCheckAction } from '../../src/model/check-actions.ts'

const ACTIONS: readonly CheckAction[] = [
  { kind: 'again' },
  { kind: 'heal' },
  { kind: 'adopt' },
  { kind: 'ignore', seen: '0123456789ab' },
]

describe('the buttons of checks', () => {
  test.each(ACTIONS)('%j is read back from its identifier', (action) => {
    expect(parseCheckAction(printCheckAction(action))).toEqual(action)
  })

  test.each([
    '',
    'Heal',
    'heal ',
    'toString',
    'again\n',
    'delete',
    'ignore',
    'ignore.',
    'ignore.0123456789AB',
    'ignore.0123456789abc',
    'ignore.0123456789ab\n',
  ])('%j is no button of ours', (identifier) => {
    expect(parseCheckAction(identifier)).toBeUndefined()
  })

  test.each(ACTIONS)('GitHub takes %j', (action) => {
    const { label, description, identifier } = checkButton(action)
    expect(label.length).toBeLessThanOrEqual(20)
    expect(description.length).toBeLessThanOrEqual(40)
    expect(identifier.length).toBeLessThanOrEqual(20)
  })
})
