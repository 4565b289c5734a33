import { expect, test } from '@jest/globals'
import { nearestName, suggestName } from '../../src/model/nearest-name.ts'

test.each([
  ['chekout', ['cart', 'checkout'], 'checkout'],
  ['prdo', ['prod', 'dev'], 'prod'],
  ['PROD', ['prod'], 'prod'],
  ['dve', ['dev'], 'dev'],
  ['qa', ['dev', 'prod'], undefined],
  ['abcdef', ['uvwxyz'], undefined],
  ['', ['dev'], undefined],
  ['environmentals', ['environments'], 'environments'],
])('"%s" means one of %j: %s', (name, known, meant) => {
  expect(nearestName(name, known)).toBe(meant)
})

test('where nothing is near, all that is known is listed', () => {
  expect(suggestName('qa', ['dev', 'prod'])).toBe('Known: dev, prod.')
  expect(suggestName('prd', ['dev', 'prod'])).toBe('Did you mean "prod"?')
})
