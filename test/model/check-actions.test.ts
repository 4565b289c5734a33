import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CHECK_ACTIONS, checkButton, parseCheckAction, printCheckAction } from '../../src/model/check-actions.ts'

describe('the buttons of checks', () => {
  test.each(CHECK_ACTIONS)('%s is read back from its identifier', (kind) => {
    expect(parseCheckAction(printCheckAction({ kind }))).toEqual({ kind })
  })

  test.each(['', 'Heal', 'heal ', 'toString', 'again\n', 'delete'])('%j is no button of ours', (identifier) => {
    expect(parseCheckAction(identifier)).toBeUndefined()
  })

  test('GitHub takes every one, whatever the environment is called', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHECK_ACTIONS), fc.string({ unit: 'binary' }), (kind, environment) => {
        const { label, description, identifier } = checkButton({ kind }, environment)
        expect(label.length).toBeLessThanOrEqual(20)
        expect(description.length).toBeLessThanOrEqual(40)
        expect(identifier.length).toBeLessThanOrEqual(20)
      }),
    )
  })

  test('names the environment it would heal where there is room', () => {
    expect(checkButton({ kind: 'heal' }, 'prod').label).toBe('Heal prod')
    expect(checkButton({ kind: 'heal' }, 'a-very-long-environment').label).toBe('Heal')
  })
})
