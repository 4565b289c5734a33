import { expect, test } from '@jest/globals'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import type { LockstepError } from '../../src/model/errors.ts'

const HEAD = 'data: x\nclusters: [{ name: one, inCluster: true, repositories: [acme/shop] }]\n'
const metrics = (entry: string) => parseOperatorFile(`${HEAD}metrics:\n- ${entry}\n`, '/o.yaml').metrics

test('entries are read without a slash at the end, repositories in lower case', () => {
  expect(
    metrics('{ address: https://p.example.com/team/, repositories: [Acme/Shop], tokenEnv: T, usernameEnv: U }'),
  ).toEqual([{ address: 'https://p.example.com/team', repositories: ['acme/shop'], tokenEnv: 'T', usernameEnv: 'U' }])
})

test.each([
  ['{ address: http://p.example.com, tokenEnv: T }', 'http://p.example.com would send its token unencrypted.'],
  ['{ address: https://p.example.com, usernameEnv: T }', 'has a `usernameEnv` and no `tokenEnv`'],
  ['{ address: https://a:b@p.example.com }', 'must be a web address without credentials'],
  ['{ address: https://p.example.com, tokenEnv: secret-value }', 'must be the name of an environment variable'],
  ['{ address: https://p.example.com, repositories: [] }', 'must name at least one'],
])('%s is refused with its line', (entry, message) => {
  expect(() => metrics(entry)).toThrow(message)
  try {
    metrics(entry)
  } catch (error) {
    expect((error as LockstepError).problems[0]?.line).toBe(4)
  }
})

test('a token may go unencrypted to this machine', () => {
  expect(metrics('{ address: "http://127.0.0.1:9090", tokenEnv: T }')).toHaveLength(1)
})
