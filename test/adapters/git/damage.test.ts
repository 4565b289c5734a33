import { describe, expect, test } from '@jest/globals'
import { isDamage } from '../../../src/adapters/git/damage.ts'

describe('a mirror is made again only for damage of its own', () => {
  test.each([
    "fatal: not a git repository: '/mirrors/a.git'",
    'fatal: bad object 1234567890123456789012345678901234567890',
    'error: object file ./objects/12/34 is empty',
    'error: inflate: data stream error\nfatal: loose object 1234 (stored in ./objects/12/34) is corrupt',
    'fatal: packfile ./objects/pack/pack-1.pack is truncated',
    "error: cannot lock ref 'refs/heads/main': unable to resolve reference 'refs/heads/main'",
  ])('%s', (stderr) => expect(isDamage(stderr)).toBe(true))

  test.each([
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    "fatal: '/gone' does not appear to be a git repository",
    'fatal: early EOF\nfatal: index-pack failed',
    'error: RPC failed; curl 56 Recv failure: Connection reset by peer',
    'fatal: unable to access: Could not resolve host: github.com',
    'fatal: protocol error: bad line length character',
    '',
  ])('not for: %s', (stderr) => expect(isDamage(stderr)).toBe(false))
})
