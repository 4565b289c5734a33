import { expect, test } from '@jest/globals'
import { parseExpectation } from '../../src/config/expectation.ts'
import { JSON_PATH, valueAt } from '../../src/config/json-path.ts'

test.each([
  ['< 0.01', { operator: '<', operand: 0.01 }],
  ['>=-3', { operator: '>=', operand: -3 }],
  ['== ok', { operator: '==', operand: 'ok' }],
  ['== "not ok"', { operator: '==', operand: 'not ok' }],
  ['!= true', { operator: '!=', operand: true }],
  ['== 1e-3', { operator: '==', operand: 0.001 }],
  ['< ok', undefined],
  ['>= true', undefined],
  ['= 1', undefined],
  ['0.01', undefined],
  ['< 1 or so', undefined],
])('%j is read as %j', (text, expected) => {
  expect(parseExpectation(text)).toEqual(expected)
})

test.each([
  ['state', 'ok'],
  ['data.items[0].value', 7],
  ['data["a.b"]', true],
  ['[0]', undefined],
  ['data.items[2].value', undefined],
  ['data.items.length', undefined],
  ['data.constructor', undefined],
  ['state.length', undefined],
])('the value at %s', (path, expected) => {
  expect(path).toMatch(JSON_PATH)
  expect(valueAt({ state: 'ok', data: { items: [{ value: 7 }], 'a.b': true } }, path)).toEqual(expected)
})

test('in a list the first key may be an index', () => {
  expect(valueAt([{ state: 'ok' }], '[0].state')).toBe('ok')
})
