import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { inOrder } from '../../src/reconcile/targets/in-order.ts'

const targets = (names: readonly string[]) =>
  names.map((application) => ({ application, environment: 'prod', cluster: 'eu' }))
const names = (order: Record<string, string[]>, ...applications: string[]) =>
  inOrder(targets(applications), order).map(({ application }) => application)

test('targets stand behind those that come before them, and else as they stood', () => {
  expect(names({}, 'web', 'api', 'database')).toEqual(['web', 'api', 'database'])
  expect(names({ web: ['api'], api: ['database'] }, 'cart', 'web', 'api', 'database')).toEqual([
    'cart',
    'database',
    'api',
    'web',
  ])
  expect(names({ web: ['api'], api: ['database'] }, 'web', 'database')).toEqual(['database', 'web'])
  expect(names({ constructor: ['a'] }, 'toString', 'a')).toEqual(['toString', 'a'])
})

test('every target stands there once, and none before what it waits for', () => {
  const all = ['a', 'b', 'c', 'd', 'e']
  // Only earlier letters come before: no circles, which configuration refuses.
  const order = fc
    .tuple(...all.map((_, index) => fc.subarray(all.slice(0, index))))
    .map((before) => Object.fromEntries(all.map((name, index) => [name, before[index] ?? []])))
  fc.assert(
    fc.property(order, fc.shuffledSubarray(all), (rules, chosen) => {
      const sorted = names(rules, ...chosen)
      expect([...sorted].sort()).toEqual([...chosen].sort())
      for (const [index, name] of sorted.entries())
        for (const before of rules[name] ?? []) expect(sorted.indexOf(before)).toBeLessThan(index)
    }),
  )
})
