import { expect, test } from '@jest/globals'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { allowedRegistry } from '../../src/config/registries.ts'
import { linesOf } from '../support/problems.ts'

const HEAD = 'data: x\nclusters: [{ name: one, inCluster: true, repositories: [acme/shop] }]\nregistries:\n'
const read = (...entries: readonly string[]) =>
  parseOperatorFile(`${HEAD}${entries.map((entry) => `- ${entry}\n`).join('')}`, '/o.yaml').registries

test('an entry is read with its defaults, repositories in lower case', () => {
  expect(read('{ host: ghcr.io }')).toEqual([{ host: 'ghcr.io', hosts: [], intervalMs: 120_000 }])
  expect(
    read(
      '{ host: "r.example.com:5000", repositories: [Acme/Shop], usernameEnv: U, passwordEnv: P, hosts: [a.example.com], interval: 1h }',
    ),
  ).toEqual([
    {
      host: 'r.example.com:5000',
      repositories: ['acme/shop'],
      usernameEnv: 'U',
      passwordEnv: 'P',
      hosts: ['a.example.com'],
      intervalMs: 3_600_000,
    },
  ])
})

test.each([
  ['{ host: "https://ghcr.io" }', 'must be a host without https://'],
  ['{ host: ghcr.io/acme }', 'must be a host without https://'],
  ['{ host: ghcr.io, usernameEnv: U }', 'ghcr.io has one of `usernameEnv` and `passwordEnv` without the other.'],
  ['{ host: ghcr.io, passwordEnv: P }', 'ghcr.io has one of `usernameEnv` and `passwordEnv` without the other.'],
  ['{ host: ghcr.io, usernameEnv: U, passwordEnv: hunter-2 }', 'must be the name of an environment variable'],
  ['{ host: ghcr.io, repositories: [acme] }', 'must be owner/name or owner/*'],
  ['{ host: ghcr.io, repositories: [] }', 'must name at least one'],
  ['{ host: ghcr.io, interval: soon }', 'must be a duration'],
  ['{ host: ghcr.io, token: x }', 'token'],
])('%s is one error with its line', (entry, message) => {
  const lines = linesOf(() => read(entry))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(message)
  expect(lines[0]).toContain('/o.yaml:4')
})

test('the first entry of a host that lets a repository counts, for that host alone', () => {
  const sources = read(
    '{ host: ghcr.io, repositories: [acme/shop], usernameEnv: U, passwordEnv: P }',
    '{ host: ghcr.io }',
  )
  expect(allowedRegistry(sources, 'ghcr.io', 'Acme/Shop')?.usernameEnv).toBe('U')
  expect(allowedRegistry(sources, 'ghcr.io', 'acme/other')).toEqual({ host: 'ghcr.io', hosts: [], intervalMs: 120_000 })
  expect(allowedRegistry(sources, 'docker.io', 'acme/shop')).toBeUndefined()
  const [owned] = [read('{ host: ghcr.io, repositories: [acme/*] }')]
  expect(allowedRegistry(owned, 'ghcr.io', 'acme/any')).toBeDefined()
  expect(allowedRegistry(owned, 'ghcr.io', 'acme-evil/any')).toBeUndefined()
})
