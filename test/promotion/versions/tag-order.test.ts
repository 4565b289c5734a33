import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { VersionPolicy } from '../../../src/config/versions.ts'
import { tagOrder } from '../../../src/promotion/versions/tag-order.ts'

const newest = (policy: VersionPolicy, tags: readonly string[]) => tagOrder(policy).newest(tags)
const number = (regex: string): VersionPolicy => ({ regex, order: 'numeric' })
const text = (regex: string): VersionPolicy => ({ regex, order: 'alphabetical' })

describe('the newest tag', () => {
  test.each<[string, VersionPolicy, readonly string[], string | undefined]>([
    ['numbers are compared as numbers', { semver: '*' }, ['1.9.0', '1.10.0', '1.2.30'], '1.10.0'],
    ['a range bounds them', { semver: '>=1.2 <2' }, ['1.1.9', '1.2.0', '1.9.1', '2.0.0'], '1.9.1'],
    ['pre-releases only where the range names one', { semver: '>=1' }, ['1.0.0', '1.1.0-rc.1'], '1.0.0'],
    [
      'pre-releases by their parts',
      { semver: '>=1.0.0-0' },
      ['1.1.0-rc.9', '1.1.0-rc.10', '1.1.0-beta'],
      '1.1.0-rc.10',
    ],
    ['a release comes after its pre-releases', { semver: '>=1.0.0-0' }, ['1.1.0-rc.1', '1.1.0', '1.1.0-zz'], '1.1.0'],
    ['numbers in pre-releases before texts', { semver: '>=1.0.0-0' }, ['1.0.0-1', '1.0.0-a', '1.0.0-99'], '1.0.0-a'],
    ['of equals the first by characters', { semver: '*' }, ['v1.2.0', '1.2.0'], '1.2.0'],
    ['a leading v says nothing', { semver: '>=1' }, ['v1.2.0', '1.1.0'], 'v1.2.0'],
    ['moving tags are no versions', { semver: '*' }, ['1', '1.2', 'latest', 'v2'], undefined],
    [
      'numbers beyond what a double holds',
      { semver: '*' },
      ['1.0.9007199254740993', '1.0.9007199254740992'],
      '1.0.9007199254740993',
    ],
    ['the group n decides', number('^(main|dev)-(?<n>\\d+)$'), ['main-9', 'dev-10', 'main-x'], 'dev-10'],
    ['else the first group', number('^main-(\\d+)-([\\da-f]+)$'), ['main-9-f', 'main-10-0'], 'main-10-0'],
    ['else the whole match', number('\\d+'), ['b9', 'b10'], 'b10'],
    ['numeric leaves out what is no number', number('^v(.*)$'), ['v1', 'v2x', 'v'], 'v1'],
    ['alphabetical compares characters', text('^2\\d{3}-.*'), ['2026-01-31', '2026-02-01', '3000'], '2026-02-01'],
    ['a group that has no part in the match is left out', number('^v(?:(\\d+)|x)$'), ['v1', 'vx'], 'v1'],
    ['none where none fits', number('^nothing$'), ['1', '2'], undefined],
    ['none of none', { semver: '*' }, [], undefined],
  ])('%s', (_what, policy, tags, expected) => {
    expect(newest(policy, tags)).toBe(expected)
    expect(newest(policy, tags.toReversed())).toBe(expected)
  })
})

const POLICIES: readonly VersionPolicy[] = [
  { semver: '>=1.0.0-0 <3 || 5.x' },
  number('^(?:main-)?(?<n>\\d+)'),
  text('^[a-z].*'),
]
const version = fc
  .tuple(
    fc.constantFrom('', 'v'),
    fc.nat(6),
    fc.nat(12),
    fc.nat(12),
    fc.constantFrom('', '-rc.1', '-rc.2', '-0', '-a.b'),
  )
  .map(([v, major, minor, patch, rest]) => `${v}${major}.${minor}.${patch}${rest}`)
const tag = fc.oneof(
  version,
  fc.nat(1_000).map((n) => `main-${n}`),
  fc.stringMatching(/^[\w][\w.-]{0,12}$/),
)

describe.each(POLICIES)('by %j', (policy) => {
  const order = tagOrder(policy)

  test('the newest is the same in whatever order the registry lists its tags, and nothing is newer', () => {
    fc.assert(
      fc.property(fc.array(tag), fc.integer(), (tags, seed) => {
        const best = order.newest(tags)
        const shuffled = tags.toSorted((a, b) => ((a.length + seed) % 7) - ((b.length + seed) % 7) || (a < b ? 1 : -1))
        expect(order.newest(shuffled)).toBe(best)
        if (best === undefined) expect(tags.filter(order.takesIn)).toEqual([])
        else expect(tags.filter((other) => order.isNewer(other, best))).toEqual([])
      }),
    )
  })

  test('what is newer is never also older, and newer goes on: a circle of proposals cannot be', () => {
    fc.assert(
      fc.property(tag, tag, tag, (a, b, c) => {
        expect(order.isNewer(a, a)).toBe(false)
        if (order.isNewer(a, b)) expect(order.isNewer(b, a)).toBe(false)
        if (order.isNewer(a, b) && order.isNewer(b, c)) expect(order.isNewer(a, c)).toBe(true)
      }),
    )
  })

  test('a tag that it does not take in is newer than none', () => {
    fc.assert(
      fc.property(tag, tag, (a, b) => {
        if (!order.takesIn(a)) expect(order.isNewer(a, b)).toBe(false)
        else if (!order.takesIn(b)) expect(order.isNewer(a, b)).toBe(true)
      }),
    )
  })
})

test('a pattern that would take others for ever is done with at once', () => {
  const tags = Array.from({ length: 200 }, (_, n) => `${'a'.repeat(120)}${n}!`)
  expect(newest(text('^(([a-z])+.)+[A-Z]([a-z])+$'), tags)).toBeUndefined()
})
