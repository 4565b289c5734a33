import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { printTrack } from '../../src/config/print-track.ts'
import type { Track } from '../../src/config/repository-config.ts'
import { LockstepError } from '../../src/model/errors.ts'
import { highestTag } from '../../src/reconcile/targets/highest-tag.ts'
import { resolveTrack } from '../../src/reconcile/targets/track.ts'

describe('the tag that a pattern stands for', () => {
  test.each<[string, string[], string | undefined]>([
    ['v*', ['v1.9.0', 'v1.10.0', 'v1.2.0'], 'v1.10.0'],
    ['v1.*', ['v1.9.0', 'v2.0.0', 'v1.10.1'], 'v1.10.1'],
    ['v*', ['v1.3.0-rc.1', 'v1.2.9'], 'v1.2.9'],
    ['v*-rc.*', ['v1.3.0-rc.9', 'v1.3.0-rc.10', 'v1.2.9'], 'v1.3.0-rc.10'],
    [
      'v*',
      [
        'v1.0.0-alpha',
        'v1.0.0-alpha.1',
        'v1.0.0-alpha.beta',
        'v1.0.0-beta',
        'v1.0.0-beta.11',
        'v1.0.0-beta.2',
        'v1.0.0-rc.1',
      ],
      'v1.0.0-rc.1',
    ],
    ['checkout-v*', ['checkout-v1.0.0', 'cart-v2.0.0', 'checkout-v0.9.0'], 'checkout-v1.0.0'],
    ['checkout/*', ['checkout/2.0.0', 'checkout/10.0.0'], 'checkout/10.0.0'],
    ['v*', ['v1.0.0', 'very-new'], 'v1.0.0'],
    ['build-*', ['build-9', 'build-10', 'build-8'], 'build-10'],
    ['2026-*', ['2026-01-09', '2026-10-01', '2026-9-30'], '2026-10-01'],
    ['*', ['v2.0.0', '10.0.0'], '10.0.0'],
    ['*', ['v1.2.0', '1.10.0'], '1.10.0'],
    ['*', ['v1.0.0-rc.2', '1.0.0-rc.10'], '1.0.0-rc.10'],
    ['*', ['v1.0.0-1', '1.0.0-alpha'], '1.0.0-alpha'],
    ['*', ['v1.0.0-a', '1.0.0-a.1'], '1.0.0-a.1'],
    ['*', ['v1.0.0-a', '1.0.0-b'], '1.0.0-b'],
    ['*', ['v1.0.0', '1.0.0'], 'v1.0.0'],
    ['build-*', ['build-1', 'build-1-2'], 'build-1-2'],
    ['a*b', ['ab'], 'ab'],
    ['*a*', ['a1', 'b1'], 'a1'],
    ['v1', ['v1', 'v1.0.0'], 'v1'],
    ['a*b*c', ['abc', 'a1b2c', 'acb', 'xabc'], 'abc'],
    ['*', ['99999999999999999999.0.0', '1.0.0'], '99999999999999999999.0.0'],
    ['v1.*', ['v2.0.0'], undefined],
    ['aa*aa', ['aaa'], undefined],
  ])('%s among %j is %s', (pattern, tags, expected) => {
    expect(highestTag(pattern, tags)).toBe(expected)
    expect(highestTag(pattern, tags.toReversed())).toBe(expected)
  })

  test('does not depend on the order in which tags are listed, and is one that matches', () => {
    const tag = fc.stringMatching(/^v?[0-9]{1,2}(\.[0-9a-z]{1,2}){0,3}(-[a-z0-9.]{1,4})?$/)
    fc.assert(
      fc.property(fc.constantFrom('*', 'v*', '1*', 'v1*2'), fc.uniqueArray(tag, { maxLength: 8 }), (pattern, tags) => {
        const found = highestTag(pattern, tags)
        expect(highestTag(pattern, [...tags].sort())).toBe(found)
        expect(found === undefined || tags.includes(found)).toBe(true)
      }),
    )
  })
})

describe('what an environment tracks', () => {
  const refs: Record<string, string> = {
    'refs/heads/release/2': 'b'.repeat(40),
    'refs/tags/v1.2.0': 'c'.repeat(40),
    'refs/tags/v1.3.0': 'd'.repeat(40),
    'refs/heads/v1.2.0': 'e'.repeat(40),
    ['f'.repeat(40)]: 'f'.repeat(40),
  }
  const mirror = {
    resolve: async (ref: string) => refs[ref],
    tags: async () => ['v1.2.0', 'v1.3.0'],
  }

  test.each<[Track, string, string]>([
    [{ branch: 'release/2' }, 'b'.repeat(40), 'branch release/2'],
    [{ tag: 'v1.2.0' }, 'c'.repeat(40), 'tag v1.2.0'],
    [{ tag: 'v1.*' }, 'd'.repeat(40), 'tag v1.*'],
    [{ commit: 'f'.repeat(40) }, 'f'.repeat(40), 'commit ffffffffffff'],
  ])('%j', async (track, revision, text) => {
    expect(await resolveTrack(mirror, track)).toBe(revision)
    expect(printTrack(track)).toBe(text)
  })

  test.each<[Track]>([
    [{ branch: 'gone' }],
    [{ tag: 'v9' }],
    [{ tag: 'v9.*' }],
    [{ commit: '0'.repeat(40) }],
  ])('%j that is not there is one problem that says what to do', async (track) => {
    const error = await resolveTrack(mirror, track).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(LockstepError)
    expect((error as LockstepError).problems).toMatchObject([
      { code: 'TRACK_MISSING', message: expect.stringContaining(printTrack(track)), file: '.lockstep.yaml' },
    ])
  })
})
