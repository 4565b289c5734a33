import { describe, expect, test } from '@jest/globals'
import { parseRepositoryConfig } from '../../src/config/parse-repository-config.ts'
import { linesOf } from '../support/problems.ts'

const HEAD = `version: 1
overlays: apps/{app}/overlays/{environment}
environments: [{ name: dev, cluster: dev }, { name: lab, cluster: lab }]
versions:
`
const config = (entries: readonly string[]) => `${HEAD}${entries.map((entry) => `- ${entry}\n`).join('')}`
const read = (...entries: readonly string[]) => parseRepositoryConfig(config(entries)).versions
const faults = (...entries: readonly string[]) => linesOf(() => read(...entries))
const SEMVER = 'policy: { semver: ">=1" }'

test('entries are read as they stand; without any nothing is watched', () => {
  expect(
    read(`{ image: ghcr.io/acme/web, apps: [web], environment: dev, ${SEMVER} }`, `{ image: redis, ${SEMVER} }`),
  ).toEqual([
    { image: 'ghcr.io/acme/web', apps: ['web'], environment: 'dev', policy: { semver: '>=1' } },
    { image: 'redis', policy: { semver: '>=1' } },
  ])
  expect(parseRepositoryConfig(HEAD.replace('versions:\n', '')).versions).toBeUndefined()
})

describe('one clear error at its line for', () => {
  test.each([
    ['a tag in the name', `{ image: 'acme/web:1.2', ${SEMVER} }`, 'must be the name of an image without a tag'],
    ['a range that is none', '{ image: web, policy: { semver: newest } }', 'must be a range of versions'],
    [
      'a pattern that is none',
      '{ image: web, policy: { regex: "v(", order: numeric } }',
      'must be a regular expression',
    ],
    ['a pattern that needs to look back', '{ image: web, policy: { regex: "(a)\\\\1", order: numeric } }', 'RE2'],
    [
      'a pattern that repeats too much',
      '{ image: web, policy: { regex: "(a|b){1000}", order: numeric } }',
      'must repeat less',
    ],
    ['a pattern without an order', '{ image: web, policy: { regex: "v" } }', 'must be {semver: RANGE} or'],
    ['an order that is none', '{ image: web, policy: { regex: "v", order: up } }', 'must be numeric or alphabetical'],
    [
      'two policies',
      '{ image: web, policy: { semver: "1", regex: "v", order: numeric } }',
      'must be {semver: RANGE} or',
    ],
    ['no policy', '{ image: web }', 'policy'],
    ['an empty policy', '{ image: web, policy: {} }', 'must be {semver: RANGE} or'],
    ['an unknown policy', '{ image: web, policy: { semver: "1", newest: true } }', 'unknown key "newest"'],
    ['an unknown environment', `{ image: web, environment: def, ${SEMVER} }`, '"def" that is not declared'],
    ['an unknown key', `{ image: web, app: [web], ${SEMVER} }`, 'apps'],
  ])('%s', (_what, entry, words) => {
    const lines = faults(entry)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(words)
    expect(lines[0]).toMatch(/:5\b/)
  })
})

test.each([
  ['the same twice', '{ image: web, POLICY }', '{ image: web, POLICY }', true],
  ['all applications and one of them', '{ image: web, POLICY }', '{ image: web, apps: [web], POLICY }', true],
  ['the only environment and a named one', '{ image: web, POLICY }', '{ image: web, environment: dev, POLICY }', true],
  ['different applications', '{ image: web, apps: [a], POLICY }', '{ image: web, apps: [b], POLICY }', false],
  [
    'different environments',
    '{ image: web, environment: dev, POLICY }',
    '{ image: web, environment: lab, POLICY }',
    false,
  ],
  ['different images', '{ image: web, POLICY }', '{ image: api, POLICY }', false],
])('an application has one policy for an image: %s', (_what, one, other, refused) => {
  const entries = [one, other.replace('POLICY', 'policy: { semver: "2" }')].map((each) =>
    each.replace('POLICY', SEMVER),
  )
  if (refused)
    expect(faults(...entries)).toEqual([expect.stringMatching(/:6\b.*CONFIG_DUPLICATE.*entry 1 of `versions`/)])
  else expect(read(...entries)).toHaveLength(2)
})
