import { describe, expect, test } from '@jest/globals'
import { parseClientFile, parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { allowedBase } from '../../src/config/remote-sources.ts'
import type { LockstepError } from '../../src/model/errors.ts'

const FILE = '/etc/lockstep/operator.yaml'
const refusal = (text: string): LockstepError => {
  try {
    parseClientFile(text, FILE)
  } catch (error) {
    return error as LockstepError
  }
  throw new Error('nothing was refused')
}

describe('the list of remote repositories', () => {
  test('is empty by default, and moved tags are shown', () => {
    const file = parseOperatorFile(
      'data: x\nclusters: [{ name: one, inCluster: true, repositories: [acme/shop] }]\n',
      FILE,
    )
    expect(file).toMatchObject({ remoteBases: [], charts: [], movedTags: 'warn' })
  })

  test('is read by commands without clusters, data and secrets', () => {
    expect(parseClientFile('remoteBases: [github.com/Acme/Bases.git]\n', FILE)).toEqual({
      remoteBases: [{ repository: 'github.com/acme/bases' }],
      charts: [],
      movedTags: 'warn',
    })
    expect(parseClientFile('render: { deadline: 2m }\n', FILE)).toMatchObject({ render: { deadlineMs: 120_000 } })
    expect(parseClientFile('data: ./d\nmovedTags: block\n', FILE)).toMatchObject({
      data: '/etc/lockstep/d',
      movedTags: 'block',
    })
  })

  test('names tokens and never holds them', () => {
    const { remoteBases } = parseClientFile(
      'remoteBases:\n- { repository: git.example.com/a/b, tokenEnv: A_TOKEN }\n- { repository: github.com/a/b, app: true }\n',
      FILE,
    )
    expect(remoteBases).toEqual([
      { repository: 'git.example.com/a/b', tokenEnv: 'A_TOKEN' },
      { repository: 'github.com/a/b', app: true },
    ])
  })

  test.each([
    ['[https://github.com/acme/bases]', /host\/owner\/name/],
    ['[github.com]', /host\/owner\/name/],
    ['["*/acme/bases"]', /host\/owner\/name/],
    ['["github.com/*/bases"]', /host\/owner\/name/],
    ['[user@example.com/a/b]', /host\/owner\/name/],
    ['[example.com/a/../b]', /host\/owner\/name/],
    ['[{ repository: example.com/a/b, tokenEnv: ghp_secret }]', /name of an environment variable/],
    ['[{ repository: "http://example.com/a/b", tokenEnv: A }]', /unencrypted/],
    ['[{ repository: example.com/a/b, app: true }]', /not on https:\/\/github\.com/],
    ['[{ repository: github.com/a/b, app: true, tokenEnv: A }]', /both/],
    ['[{ repository: github.com/a/b, token: A }]', /token/],
  ])('%s is refused with its line', (entries, words) => {
    const { problems } = refusal(`movedTags: warn\nremoteBases: ${entries}\n`)
    expect(problems[0]).toMatchObject({ file: FILE, line: 2 })
    expect(`${problems[0]?.message} ${problems[0]?.remedy}`).toMatch(words)
  })
})

test.each<[repository: string, by: string | undefined, why: string]>([
  ['github.com/acme/bases', 'github.com/acme/bases', 'exact'],
  ['github.com/acme/other', 'github.com/acme/*', 'all of an owner'],
  ['github.com/acme/bases/sub', 'github.com/acme/*', 'below'],
  ['github.com/acme', undefined, 'the owner itself'],
  ['github.com/acme-evil/x', undefined, 'a name that begins alike'],
  ['git.example.com/Acme/bases', undefined, 'capitals count elsewhere'],
  ['git.example.com/acme/bases', 'git.example.com/acme/bases', 'exact elsewhere'],
  ['http://git.example.com/acme/bases', undefined, 'without TLS'],
  ['github.com.evil.example/acme/bases', undefined, 'another host'],
])('%s is allowed by %s: %s', (repository, by) => {
  const names = ['github.com/acme/*', 'github.com/acme/bases', 'git.example.com/acme/bases']
  const bases = names.map((name) => ({ repository: name }))
  expect(allowedBase(bases, repository)?.repository).toBe(by)
})
