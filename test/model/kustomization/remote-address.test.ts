import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isRemote } from '../../../src/model/kustomization/remote.ts'
import { parseRemoteAddress } from '../../../src/model/kustomization/remote-address.ts'

const SHA = '1234567890123456789012345678901234567890'

describe('an address has one meaning', () => {
  test.each<[text: string, repository: string, ref: string | undefined, path: string]>([
    ['https://github.com/org/repo', 'github.com/org/repo', undefined, ''],
    ['https://github.com/org/repo/', 'github.com/org/repo', undefined, ''],
    ['https://github.com/org/repo.git', 'github.com/org/repo', undefined, ''],
    ['https://github.com/org/repo//a/b?ref=v1', 'github.com/org/repo', 'v1', 'a/b'],
    ['https://github.com/org/repo/a/b/?ref=v1', 'github.com/org/repo', 'v1', 'a/b'],
    ['https://github.com/org/repo.git/a?ref=refs/tags/v1', 'github.com/org/repo', 'refs/tags/v1', 'a'],
    ['https://github.com/Org/Repo?ref=Main', 'github.com/org/repo', 'Main', ''],
    ['hTTps://GitHub.com/org/repo?version=v1', 'github.com/org/repo', 'v1', ''],
    [`http://github.com/org/repo?version=v1&ref=${SHA}`, 'github.com/org/repo', SHA, ''],
    ['github.com/org/repo/a?ref=group%2Fversion', 'github.com/org/repo', 'group/version', 'a'],
    ['github.com:org/repo', 'github.com/org/repo', undefined, ''],
    ['git@github.com:org/repo.git//a', 'github.com/org/repo', undefined, 'a'],
    ['git@github.com/org/repo', 'github.com/org/repo', undefined, ''],
    ['org-1@github.com:org/repo', 'github.com/org/repo', undefined, ''],
    ['ssh://git@github.com/org/repo.git', 'github.com/org/repo', undefined, ''],
    ['git@git.example.com:team/repo.git/a', 'git.example.com/team/repo', undefined, 'a'],
    ['git::https://git.example.com/a/b/c.git/d', 'git.example.com/a/b/c', undefined, 'd'],
    ['https://git.example.com/a/b/c//d', 'git.example.com/a/b/c', undefined, 'd'],
    ['https://git.example.com:8443/a/b', 'git.example.com:8443/a/b', undefined, ''],
    ['http://127.0.0.1:80/a/b', 'http://127.0.0.1:80/a/b', undefined, ''],
    ['https://org@dev.azure.com/org/p/_git/repo/a?version=v1', 'dev.azure.com/org/p/_git/repo', 'v1', 'a'],
    ['https://example.com/o/r?timeout=120&submodules=false&ref=v1', 'example.com/o/r', 'v1', ''],
    ['https://raw.githubusercontent.com/o/r/v1/a/b.yaml', 'github.com/o/r', 'v1', 'a/b.yaml'],
    ['https://raw.githubusercontent.com/o/r/refs/heads/main/b.yaml', 'github.com/o/r', 'refs/heads/main', 'b.yaml'],
    ['https://github.com/o/r/raw/v1/b.yaml', 'github.com/o/r', 'v1', 'b.yaml'],
  ])('%s', (text, repository, ref, path) => {
    const parsed = parseRemoteAddress(text)
    expect(parsed).toMatchObject({ repository, path })
    expect('refused' in parsed ? undefined : parsed.ref).toBe(ref)
    expect(isRemote(text)).toBe(true)
  })

  test.each<[text: string, reason: string]>([
    ['file:///etc', 'directory of the machine'],
    ['git::FILE:///etc', 'directory of the machine'],
    ['git://example.com/o/r', 'protocol git://'],
    ['git::ext::sh -c id', 'blanks'],
    ['ext::sh', 'no protocol'],
    ['ftp://example.com/o/r', 'protocol ftp://'],
    ['https://user:secret@example.com/o/r', 'user or password'],
    ['https://a@b@example.com/o/r', 'user or password'],
    ['user@example.com/o/r', 'no protocol'],
    ['ssh://git@example.com:7999/o/r', 'ssh on a port'],
    ['https://github.com:8443/o/r', 'port of github.com'],
    ['https://[::1]/o/r', 'characters'],
    ['https:///o/r', 'no host'],
    ['https://-host/o/r', 'no host'],
    ['https://example.com/o', 'names no repository'],
    ['https://example.com/-o/r', 'names no repository'],
    ['https://example.com/../r', 'names no repository'],
    ['https://example.com/o/.git', 'names no repository'],
    ['https://github.com/a/b/c//d', 'names no repository'],
    ['https://github.com/o/r/../../x/y', 'leads out'],
    ['https://github.com/o/r//..', 'leads out'],
    ['https://example.com/o/my.github.io/x', 'inside a name'],
    ['https://example.com/o/r?ref=--upload-pack=id', 'parameter'],
    ['https://example.com/o/r?ref=-x', 'ref'],
    ['https://example.com/o/r?ref=a/-x', 'ref'],
    ['https://example.com/o/r?ref=a..b', 'ref'],
    ['https://example.com/o/r?ref=a%3Ab', 'ref'],
    ['https://example.com/o/r?ref=%2B%0Ax', 'ref'],
    ['https://example.com/o/r?ref=a;b', 'parameter'],
    ['https://example.com/o/r?ref=a&ref=b', 'twice'],
    ['https://example.com/o/r?depth=1', 'does not know'],
    ['https://example.com/o/r#main', 'characters'],
    ['https://example.com/o/%72', 'characters'],
    ['https://example.com/o/r/a.yaml', 'file on a web server'],
    ['https://example.com/o/r/a.yaml?ref=main', 'file on a web server'],
    ['https://github.com/o/r/releases/download/v1/install.yaml', 'file on a web server'],
    ['https://github.com/o/r/blob/main/install.yaml', 'file on a web server'],
    ['https://raw.githubusercontent.com/o/r/main/a.yaml?token=x', 'does not know'],
    [`https://example.com/o/r?ref=${'a'.repeat(201)}`, 'ref'],
    [`https://example.com/o/${'a'.repeat(2000)}`, 'blanks'],
  ])('%s is refused', (text, reason) => {
    expect(parseRemoteAddress(text)).toEqual({ refused: expect.stringContaining(reason) })
  })
})

test('whatever is read can be an argument of git and stays in its repository', () => {
  const part = fc.constantFrom(
    'https://',
    'ssh://',
    'git::',
    'git@',
    'github.com',
    'example.com',
    ':',
    '/',
    '//',
    '.git',
    '_git/',
    'a',
    'B',
    '..',
    '.',
    '-x',
    '?ref=',
    'v1',
    '&',
    'version=',
    '--upload-pack=x',
    '%2e',
    '%0a',
    ' ',
    '@',
    '\\',
    '#',
    '\u202e',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const parsed = parseRemoteAddress(parts.join(''))
      if ('refused' in parsed) return
      expect(parsed.url).toMatch(/^https?:\/\/[a-z\d.-]+(?::\d+)?(?:\/[\w~][\w.~+-]*)+$/)
      expect(parsed.ref ?? 'x').toMatch(/^(?!-)[\w.+@/-]+$/)
      expect(parsed.path.split('/')).not.toContain('..')
      expect(parsed.path.startsWith('/')).toBe(false)
    }),
    { numRuns: 5_000 },
  )
})
