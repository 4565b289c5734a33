import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseRepositoryConfig } from '../../src/config/parse-repository-config.ts'
import { LockstepError } from '../../src/model/errors.ts'
import { linesOf } from '../support/problems.ts'

const HEAD = 'version: 1\noverlays: apps/{app}/{environment}\n'
const SMALLEST = `${HEAD}environments:\n  - { name: dev, cluster: c }\n`
const pair = (staging: string) =>
  `${HEAD}environments:\n  - { name: dev, cluster: c }\n  - { name: staging, cluster: c, ${staging} }\n`
const reconciled = {
  suspend: false,
  waves: [],
  order: {},
  health: { timeoutMs: 300_000, rules: [] },
  removal: 'orphan',
}
const refusal = (text: string) => linesOf(() => parseRepositoryConfig(text))

test('the smallest configuration has every default filled in', () => {
  const drift = { policy: 'heal', pullRequests: 'block', blockAfterMs: 10_000 }
  expect(parseRepositoryConfig(SMALLEST)).toEqual({
    version: 1,
    overlays: ['apps/{app}/{environment}'],
    environments: [
      {
        name: 'dev',
        clusters: ['c'],
        after: { all: [] },
        promote: 'manual',
        promotions: 'latest',
        gates: { soakMs: 0, approvals: 0, teams: [], fourEyes: true, checks: [], metrics: [] },
        changes: 'allow',
        freeze: [],
        namespaces: [],
        drift,
        ...reconciled,
      },
    ],
    carry: [{ kind: 'images' }, { kind: 'refs' }, { kind: 'charts' }],
    keep: ['replicas', 'patches'],
    drift,
    prune: { limit: 10 },
    removal: 'orphan',
  })
})

test('every key is read', () => {
  const config = parseRepositoryConfig(`
version: 1
overlays: ['{app}/{environment}/{cluster}', 'envs/{environment}']
application: shop
environments:
  - name: dev
    cluster: dev
  - name: qa
    cluster: qa
  - name: prod
    clusters: [eu, us]
    after: { atLeast: 1, of: [dev, qa] }
    promote: auto
    promotions: every
    gates: { soak: 1h, approvals: 2, teams: [acme/sre] }
    commands: { teams: [acme/sre, acme/release] }
    freeze: [{ from: Fri 16:00, to: Mon 08:00, timezone: Europe/Berlin, reason: weekend }]
    namespaces: [shop, shop-*]
    drift: { policy: report }
carry: [images, { path: 'configMapGenerator[name=features].literals', apps: [checkout] }, { files: [version.yml] }]
keep: [replicas]
drift: { pullRequests: warn, blockAfter: 0 }
prune: { limit: 0 }
`)
  expect(config).toMatchObject({
    overlays: ['{app}/{environment}/{cluster}', 'envs/{environment}'],
    application: 'shop',
    carry: [
      { kind: 'images' },
      { kind: 'path', path: 'configMapGenerator[name=features].literals', apps: ['checkout'] },
      { kind: 'files', files: ['version.yml'] },
    ],
    keep: ['replicas'],
    drift: { policy: 'heal', pullRequests: 'warn', blockAfterMs: 0 },
    prune: { limit: 0 },
  })
  expect(config.environments[2]).toEqual({
    name: 'prod',
    clusters: ['eu', 'us'],
    after: { atLeast: 1, of: ['dev', 'qa'] },
    promote: 'auto',
    promotions: 'every',
    gates: { soakMs: 3_600_000, approvals: 2, teams: ['acme/sre'], fourEyes: true, checks: [], metrics: [] },
    changes: 'allow',
    commands: { teams: ['acme/sre', 'acme/release'] },
    freeze: [{ from: 'Fri 16:00', to: 'Mon 08:00', timezone: 'Europe/Berlin', reason: 'weekend' }],
    namespaces: ['shop', 'shop-*'],
    drift: { policy: 'report', pullRequests: 'warn', blockAfterMs: 0 },
    ...reconciled,
  })
})

test.each([
  ['after: [dev]', { all: ['dev'] }],
  ['after: { any: [dev] }', { any: ['dev'] }],
  ['after: { atLeast: 1, of: [dev] }', { atLeast: 1, of: ['dev'] }],
])('%s', (text, expected) => {
  expect(parseRepositoryConfig(pair(text)).environments[1]?.after).toEqual(expected)
})

describe('a fault is named with its place, what is expected and what to do', () => {
  test.each<[what: string, text: string, line: string]>([
    [
      'an unknown key',
      `${SMALLEST}prunes: {}\n`,
      '.lockstep.yaml:5:1 CONFIG_UNKNOWN_KEY There is an unknown key "prunes". Did you mean "prune"?',
    ],
    [
      'a key that is not acted on yet',
      `${SMALLEST}pins: {}\n`,
      '.lockstep.yaml:5:1 CONFIG_UNKNOWN_KEY There is an unknown key "pins". Known keys: version, overlays, application, environments, carry, keep, drift, prune, order, health, removal, takeover, versions. See docs/reference/repository-config.md.',
    ],
    [
      'an unknown key of an environment',
      pair('after: [dev], aproval: 1'),
      '.lockstep.yaml:5:48 CONFIG_UNKNOWN_KEY environments[1] has an unknown key "aproval". Known keys: name, cluster, clusters, after, promote, promotions, gates, changes, commands, freeze, namespaces, kinds, drift, track, suspend, waves, order, health, removal. See docs/reference/repository-config.md.',
    ],
    [
      'an unknown key of one of several forms',
      pair('after: { any: [dev], quorum: 2 }'),
      '.lockstep.yaml:5:55 CONFIG_UNKNOWN_KEY environments[1].after has an unknown key "quorum". Known keys: any, atLeast, of. See docs/reference/repository-config.md.',
    ],
    [
      'a missing key',
      'version: 1\noverlays: a/{app}/{environment}\n',
      '.lockstep.yaml:1:1 CONFIG_MISSING_KEY environments is missing. Add it; see docs/reference/repository-config.md.',
    ],
    [
      'another version',
      SMALLEST.replace('1', '2'),
      '.lockstep.yaml:1:10 CONFIG_INVALID version must be 1, not 2. See docs/reference/repository-config.md.',
    ],
    [
      'a wrong word',
      pair('after: [dev], promote: automatic'),
      '.lockstep.yaml:5:57 CONFIG_INVALID environments[1].promote must be auto or manual, not "automatic". See docs/reference/repository-config.md.',
    ],
    [
      'a misspelt word',
      pair('after: [dev], promote: auot'),
      '.lockstep.yaml:5:57 CONFIG_INVALID environments[1].promote must be auto or manual, not "auot". Did you mean "auto"?',
    ],
    [
      'a misspelt carry rule',
      `${SMALLEST}carry: [image]\n`,
      '.lockstep.yaml:5:9 CONFIG_INVALID carry[0] must be images, refs, charts, {path: FIELD}, {patch: PATCH, path: FIELD} or {files: [...]}, not "image". Did you mean "images"?',
    ],
    [
      'a wrong type',
      `${SMALLEST}prune: 3\n`,
      '.lockstep.yaml:5:8 CONFIG_INVALID prune must be a mapping, not 3. See docs/reference/repository-config.md.',
    ],
    [
      'commanding teams that are none',
      pair('after: [dev], commands: { teams: [] }'),
      '.lockstep.yaml:5:67 CONFIG_INVALID environments[1].commands.teams must name at least one. See docs/reference/repository-config.md.',
    ],
    [
      'a duration without a unit',
      pair('after: [dev], gates: { soak: 10 }'),
      '.lockstep.yaml:5:63 CONFIG_INVALID environments[1].gates.soak must be a duration: 10s, 10m, 1h or 0, not 10. See docs/reference/repository-config.md.',
    ],
    [
      'after as a text',
      pair('after: dev'),
      '.lockstep.yaml:5:41 CONFIG_INVALID environments[1].after must be a list of environments, {any: [...]} or {atLeast: N, of: [...]}, not "dev". See docs/reference/repository-config.md.',
    ],
    [
      'an unknown time zone',
      pair('after: [dev], freeze: [{ from: Fri 16:00, to: Mon 08:00, timezone: Europe/Berln, reason: x }]'),
      '.lockstep.yaml:5:101 CONFIG_INVALID environments[1].freeze[0].timezone must be an IANA time zone, e.g. Europe/Berlin, not "Europe/Berln". See docs/reference/repository-config.md.',
    ],
    [
      'a time that is none',
      pair('after: [dev], freeze: [{ from: Fri 25:00, to: Mon 08:00, timezone: UTC, reason: x }]'),
      '.lockstep.yaml:5:65 CONFIG_INVALID environments[1].freeze[0].from must be a weekday and a time, e.g. "Fri 16:00", not "Fri 25:00". See docs/reference/repository-config.md.',
    ],
    [
      'a window without length',
      pair('after: [dev], freeze: [{ from: Fri 16:00, to: Fri 16:00, timezone: UTC, reason: x }]'),
      '.lockstep.yaml:5:80 CONFIG_INVALID environments[1].freeze[0].to is the same as `from`. See docs/reference/repository-config.md.',
    ],
    [
      'a reserved name',
      `${HEAD}environments:\n  - { name: all, cluster: c }\n`,
      '.lockstep.yaml:4:13 CONFIG_INVALID environments[0].name is "all", the word commands use for every environment. See docs/reference/repository-config.md.',
    ],
    [
      'an unknown environment',
      pair('after: [deb]'),
      '.lockstep.yaml:5:42 CONFIG_UNKNOWN_ENVIRONMENT There is no environment "deb". Did you mean "dev"?',
    ],
    [
      'an environment declared twice',
      `${SMALLEST}  - { name: dev, cluster: d }\n`,
      '.lockstep.yaml:5:13 CONFIG_DUPLICATE The environment "dev" is declared twice. Give one of them another name.',
    ],
    [
      'an environment named twice',
      pair('after: [dev, dev]'),
      '.lockstep.yaml:5:47 CONFIG_DUPLICATE "dev" stands twice in environments[1].after. Keep one.',
    ],
    [
      'a cluster named twice',
      `${HEAD}environments:\n  - { name: dev, clusters: [a, a] }\n`,
      '.lockstep.yaml:4:32 CONFIG_DUPLICATE "a" stands twice in environments[0].clusters. Keep one.',
    ],
    [
      'no cluster',
      `${HEAD}environments:\n  - { name: dev }\n`,
      '.lockstep.yaml:4:5 CONFIG_MISSING_KEY The environment "dev" has no cluster. Add `cluster: NAME` with a name the operator registered.',
    ],
    [
      'both forms of cluster',
      `${HEAD}environments:\n  - { name: dev, cluster: a, clusters: [b] }\n`,
      '.lockstep.yaml:4:40 CONFIG_INVALID The environment "dev" has both `cluster` and `clusters`. Keep one of them.',
    ],
    [
      'a circle',
      `${HEAD}environments:\n  - { name: dev, cluster: a, after: [prod] }\n  - { name: prod, cluster: a, after: [dev] }\n`,
      '.lockstep.yaml:4:37 CONFIG_CYCLE Environments come after each other in a circle: dev after prod after dev. Remove one of the links.',
    ],
    [
      'an environment after itself',
      `${HEAD}environments:\n  - { name: dev, cluster: a, after: { any: [dev] } }\n`,
      '.lockstep.yaml:4:37 CONFIG_CYCLE Environments come after each other in a circle: dev after dev. Remove one of the links.',
    ],
    [
      'an environment that nothing could ever get into',
      `${HEAD}environments:\n  - { name: dev, cluster: a, changes: refuse }\n`,
      '.lockstep.yaml:4:39 CONFIG_INVALID Nothing could get into "dev": it comes after no environment, and takes no direct changes. Remove `changes`, or add `after: [ENVIRONMENT]`.',
    ],
    [
      'direct changes that wait for approvals that nobody has to give',
      pair('after: [dev], changes: approvals, gates: { approvals: 0 }'),
      '.lockstep.yaml:5:57 CONFIG_INVALID `changes: approvals` asks for the approvals of "staging", and none is needed there. Add `gates: { approvals: 1 }`.',
    ],
    [
      'more than all',
      pair('after: { atLeast: 2, of: [dev] }'),
      '.lockstep.yaml:5:52 CONFIG_INVALID At least 2 of 1 environments can never be. Write 1 or less.',
    ],
    [
      'promotion into a first environment',
      `${HEAD}environments:\n  - { name: dev, cluster: a, promotions: every }\n`,
      '.lockstep.yaml:4:42 CONFIG_INVALID "dev" comes after no environment, so `promotions` has no effect. Remove it, or add `after: [ENVIRONMENT]`.',
    ],
    [
      'who merges promotions into a first environment',
      `${HEAD}environments:\n  - { name: dev, cluster: a, promote: auto }\n`,
      '.lockstep.yaml:4:39 CONFIG_INVALID "dev" comes after no environment, so `promote` has no effect. Remove it, or add `after: [ENVIRONMENT]`.',
    ],
    [
      'a field carried and kept',
      `${SMALLEST}carry: [images]\nkeep: [images]\n`,
      '.lockstep.yaml:6:8 CONFIG_INVALID "images" is both carried and kept. Remove it from one list.',
    ],
    [
      'a part kept of what is carried as a whole',
      `${SMALLEST}carry: [{ path: commonLabels }]\nkeep: [commonLabels.env, commonAnnotations]\n`,
      '.lockstep.yaml:6:8 CONFIG_INVALID "commonLabels.env" is a part of "commonLabels", which is carried as a whole. Carry its other parts by paths of their own.',
    ],
    [
      'a rule that stands twice',
      `${SMALLEST}carry: [images, images]\n`,
      '.lockstep.yaml:5:17 CONFIG_DUPLICATE The same rule stands twice in carry. Keep one.',
    ],
    [
      'no {app} and no application',
      SMALLEST.replace('{app}', 'x'),
      '.lockstep.yaml:2:11 CONFIG_MISSING_KEY "apps/x/{environment}" has no {app}, so the application has no name. Add `application: NAME`, or {app} to the template.',
    ],
    [
      'an application without use',
      `${SMALLEST}application: shop\n`,
      '.lockstep.yaml:5:14 CONFIG_INVALID `application` has no effect: every template has {app}. Remove it.',
    ],
    [
      'an unknown placeholder',
      SMALLEST.replace('{app}', '{ap}'),
      '.lockstep.yaml:2:11 CONFIG_INVALID overlays has the unknown placeholder {ap}; those known are {app}, {environment} and {cluster}. See docs/reference/repository-config.md.',
    ],
    [
      'a template outside',
      SMALLEST.replace('apps/', '../apps/'),
      '.lockstep.yaml:2:11 CONFIG_INVALID overlays must be a path below the root of the repository, without "/" at either end, "." or "..", not "../apps/{app}/{environment}". See docs/reference/repository-config.md.',
    ],
    [
      'the same key twice',
      `${SMALLEST}version: 1\n`,
      '.lockstep.yaml:5:1 CONFIG_DUPLICATE The same key stands here twice. Keep one of them.',
    ],
    [
      'broken YAML',
      'version: [1\noverlays: x\n',
      '.lockstep.yaml:2:1 CONFIG_SYNTAX Not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. Correct the syntax at this place.',
    ],
    [
      'two documents',
      `${SMALLEST}---\na: 1\n`,
      '.lockstep.yaml:5:1 CONFIG_SYNTAX Not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments(). Correct the syntax at this place.',
    ],
    [
      'an empty file',
      '',
      '.lockstep.yaml:1:1 CONFIG_INVALID The file must be a mapping. See docs/reference/repository-config.md.',
    ],
    [
      'a list',
      '- 1\n',
      '.lockstep.yaml:1:1 CONFIG_INVALID The file must be a mapping. See docs/reference/repository-config.md.',
    ],
  ])('%s', (_, text, line) => {
    expect(refusal(text)).toEqual([line])
  })
})

test('all faults come at once, in the order of their lines', () => {
  const lines = refusal(`version: 2
overlays: [ '/x' ]
environments:
  - { name: dev, cluster: c, after: [prd] }
  - { name: prod, clusters: [], after: [dev, dev], soak: 1h }
carry: [3]
`)
  expect(lines.map((line) => line.split(' ', 2).join(' '))).toEqual([
    '.lockstep.yaml:1:10 CONFIG_INVALID',
    '.lockstep.yaml:2:13 CONFIG_INVALID',
    '.lockstep.yaml:4:38 CONFIG_UNKNOWN_ENVIRONMENT',
    '.lockstep.yaml:5:29 CONFIG_INVALID',
    '.lockstep.yaml:5:46 CONFIG_DUPLICATE',
    '.lockstep.yaml:5:52 CONFIG_UNKNOWN_KEY',
    '.lockstep.yaml:6:9 CONFIG_INVALID',
  ])
})

test('places are right behind an alias, and where lines end in CRLF', () => {
  const crlf = `${SMALLEST}prunes: {}\n`.replaceAll('\n', '\r\n')
  expect(refusal(crlf)[0]).toContain('.lockstep.yaml:5:1 ')
  const alias = `${HEAD}environments:\n  - &dev { name: dev, cluster: c, x: 1 }\n  - *dev\n`
  expect(refusal(alias).join('\n')).toContain('.lockstep.yaml:4:35 CONFIG_UNKNOWN_KEY environments[1]')
})

describe('a hostile file is refused in the same way', () => {
  test.each([
    [
      'an alias bomb',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from(
        { length: 9 },
        (_, i) =>
          `b${i}: &b${i} [${Array(10)
            .fill(i ? `*b${i - 1}` : '*a')
            .join(', ')}]`,
      ).join('\n')}\n`,
      'CONFIG_SYNTAX',
    ],
    ['endless nesting', `a: ${'['.repeat(100_000)}`, 'CONFIG_SYNTAX'],
    ['a huge file', `# ${'x'.repeat(300_000)}`, 'CONFIG_TOO_LARGE'],
    ['a key of every object', `${SMALLEST}__proto__: { x: 1 }\n`, 'CONFIG_UNKNOWN_KEY'],
  ])('%s', (_, text, code) => {
    expect(refusal(text)[0]).toContain(code)
  })
})

test('whatever is written, the answer is a configuration or a refusal with places', () => {
  const words = fc.constantFrom(
    'name',
    'after',
    'cluster',
    'dev',
    'environments',
    'gates',
    'soak',
    'version',
    'overlays',
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      words,
      fc.integer(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(words, tie('any'), { maxKeys: 4 }),
    ),
  })).any
  fc.assert(
    fc.property(value, (content) => {
      try {
        parseRepositoryConfig(JSON.stringify(content))
      } catch (error) {
        if (!(error instanceof LockstepError)) throw error
        for (const problem of error.problems) {
          expect(problem).toMatchObject({
            file: '.lockstep.yaml',
            line: expect.any(Number),
            column: expect.any(Number),
          })
        }
      }
    }),
  )
})
