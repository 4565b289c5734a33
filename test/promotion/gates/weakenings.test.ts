import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseRepositoryConfig } from '../../../src/config/parse-repository-config.ts'
import type { AfterRule } from '../../../src/config/repository-config.ts'
import { isLooser } from '../../../src/promotion/gates/looser-upstream.ts'
import { satisfies } from '../../../src/promotion/gates/upstream.ts'
import { weakenings } from '../../../src/promotion/gates/weakenings.ts'

const PROD = `  - name: prod
    cluster: prod
    after: [staging]
    changes: approvals
    gates: { soak: 1h, approvals: 2, teams: [acme/sre], checks: [e2e] }
    commands: { teams: [acme/sre] }
    freeze: [{ from: "Fri 16:00", to: "Mon 08:00", timezone: Europe/Berlin, reason: weekend }]
    namespaces: [shop]
    kinds: { deny: [Secret] }
`

function config({ prod = PROD, rest = '' } = {}) {
  return parseRepositoryConfig(`version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, cluster: staging, after: [dev] }
${prod}${rest}`)
}

const edited = (from: string, to: string) => config({ prod: PROD.replace(from, to) })
const told = (after: ReturnType<typeof config>) =>
  weakenings(config(), after).map(
    ({ environment, rule, before, after }) => `${environment} ${rule}: ${before} → ${after}`,
  )

describe('what a new configuration lets through more easily', () => {
  test.each([
    ['a shorter soak', 'soak: 1h', 'soak: 10m', 'prod gates.soak: 60m → 10m'],
    ['no soak', 'soak: 1h, ', '', 'prod gates.soak: 60m → 0m'],
    ['fewer approvals', 'approvals: 2', 'approvals: 1', 'prod gates.approvals: 2 → 1'],
    ['one team less', 'teams: [acme/sre], checks', 'checks', 'prod gates.teams: acme/sre → gone'],
    ['one check less', ', checks: [e2e]', '', 'prod gates.checks: e2e → gone'],
    ['no four eyes', 'soak: 1h', 'soak: 1h, fourEyes: false', 'prod gates.fourEyes: true → false'],
    ['promotions that merge by themselves', 'changes:', 'promote: auto\n    changes:', 'prod promote: manual → auto'],
    ['direct changes', 'changes: approvals', 'changes: allow', 'prod changes: approvals → allow'],
    ['commands by everybody', '    commands: { teams: [acme/sre] }\n', '', 'prod commands.teams: acme/sre → any'],
    [
      'commands by one more team',
      'commands: { teams: [acme/sre] }',
      'commands: { teams: [acme/sre, acme/web] }',
      'prod commands.teams: acme/sre → acme/sre, acme/web',
    ],
    ['every namespace', '    namespaces: [shop]\n', '', 'prod namespaces: shop → any'],
    ['a kind that was denied', '    kinds: { deny: [Secret] }\n', '', 'prod kinds.deny: Secret → gone'],
    [
      'an environment before it that no longer counts',
      'after: [staging]',
      'after: { any: [dev, staging] }',
      'prod after: {"all":["staging"]} → {"any":["dev","staging"]}',
    ],
    [
      'a shorter freeze',
      'to: "Mon 08:00"',
      'to: "Sun 08:00"',
      'prod freeze: {"from":"Fri 16:00","timezone":"Europe/Berlin","to":"Mon 08:00"} → gone',
    ],
    [
      'drift that only warns',
      'changes:',
      'drift: { pullRequests: warn }\n    changes:',
      'prod drift.pullRequests: block → warn',
    ],
    ['drift that may last', 'changes:', 'drift: { blockAfter: 5m }\n    changes:', 'prod drift.blockAfter: 10s → 5m'],
    [
      'fields that nobody looks at',
      'changes:',
      'drift: { ignore: [{ kind: Deployment, pointers: [/spec/replicas] }] }\n    changes:',
      'prod drift.ignore: none → {"kind":"Deployment","pointers":["/spec/replicas"]}',
    ],
    ['objects deleted with the target', 'changes:', 'removal: delete\n    changes:', 'prod removal: orphan → delete'],
  ])('%s', (_, from, to, expected) => {
    expect(PROD).toContain(from)
    expect(told(edited(from, to))).toEqual([expected])
  })

  test('an environment that is gone', () => {
    expect(told(config({ prod: '' }))).toEqual(['prod environments: declared → gone'])
  })

  test('what holds for the whole repository is told for every environment', () => {
    expect(told(config({ rest: 'prune: { limit: 50 }\n' }))).toEqual([
      'dev prune.limit: 10 → 50',
      'staging prune.limit: 10 → 50',
      'prod prune.limit: 10 → 50',
    ])
  })

  test.each([
    ['nothing', 'soak', 'soak'],
    ['a longer soak', 'soak: 1h', 'soak: 2h'],
    ['more approvals', 'approvals: 2', 'approvals: 3'],
    [
      'one team more to approve',
      'gates: { soak: 1h, approvals: 2, teams: [acme/sre]',
      'gates: { soak: 1h, approvals: 2, teams: [acme/sre, acme/web]',
    ],
    ['direct changes refused', 'changes: approvals', 'changes: refuse'],
    ['another reason of a freeze', 'reason: weekend', 'reason: quiet days'],
    ['more before it', 'after: [staging]', 'after: [staging, dev]'],
  ])('not: %s', (_, from, to) => {
    expect(told(edited(from, to))).toEqual([])
  })
})

describe('a rule about what comes before', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 })
  const rule: fc.Arbitrary<AfterRule> = fc.oneof(
    names.map((all) => ({ all })),
    names.map((any) => ({ any })),
    names.chain((of) => fc.integer({ min: 1, max: of.length }).map((atLeast) => ({ atLeast, of }))),
  )

  test('is looser exactly where some environments are enough now that were not', () => {
    fc.assert(
      fc.property(rule, rule, fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')), (before, after, healthy) => {
        expect(isLooser(before, before)).toBe(false)
        if (!isLooser(before, after)) expect(satisfies(after, healthy) && !satisfies(before, healthy)).toBe(false)
      }),
    )
  })
})
