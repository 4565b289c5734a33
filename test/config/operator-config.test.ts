import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { mayUse, serviceAccountOf } from '../../src/config/operator-config.ts'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import { type Environment, parseOperatorSecrets } from '../../src/config/parse-operator-secrets.ts'
import { linesOf } from '../support/problems.ts'

const SMALLEST = 'data: state\nclusters:\n  - { name: dev, inCluster: true, repositories: [acme/*] }\n'
const parse = (text: string) => parseOperatorFile(text, '/etc/lockstep/operator.yaml')
const refusal = (text: string) => linesOf(() => parse(text))
const clusters = (lines: string) => `data: d\nclusters:\n${lines}`

test('the smallest file has every default filled in, and its paths start where it stands', () => {
  expect(parse(SMALLEST)).toEqual({
    github: { url: 'https://github.com', apiUrl: 'https://api.github.com' },
    server: { host: '127.0.0.1', port: 8080 },
    sweep: { intervalMs: 300_000 },
    ownership: { leaseMs: 12_000 },
    data: '/etc/lockstep/state',
    clusters: [
      { name: 'dev', access: { kind: 'inCluster' }, repositories: ['acme/*'], namespaces: [], serviceAccounts: [] },
    ],
    writes: { minimalGapMs: 1000, perMinute: 60, creationsPerHour: 400 },
    remoteBases: [],
    charts: [],
    movedTags: 'warn',
    metrics: [],
    registries: [],
    render: { deadlineMs: 8_000, cacheBytes: 512 * 1024 ** 2 },
    inventoryNamespace: 'lockstep-system',
    events: true,
  })
})

test('every key is read', () => {
  const text = `
github: { url: 'https://git.example.com/' }
server: { host: 0.0.0.0, port: 0 }
sweep: { interval: 20s }
ownership: { lease: 1m }
data: /data
clusters:
  - name: a
    kubeconfig: a.kubeconfig
    context: admin
    allowCommands: true
    repositories: [Acme/Shop]
    namespaces: [shop, shop-*]
    serviceAccounts:
      - { repository: Acme/Shop, environment: prod, serviceAccount: shop/deployer }
      - { environment: dev, serviceAccount: kube-system/all.of-it }
writes: { minimalGapMs: 0, perMinute: 6000, creationsPerHour: 1 }
render: { workers: 4, memory: 256, deadline: 2m, cache: 0 }
inventoryNamespace: lockstep
events: false
`
  expect(parse(text)).toEqual({
    github: { url: 'https://git.example.com', apiUrl: 'https://git.example.com/api/v3' },
    server: { host: '0.0.0.0', port: 0 },
    sweep: { intervalMs: 20_000 },
    ownership: { leaseMs: 60_000 },
    data: '/data',
    clusters: [
      {
        name: 'a',
        access: { kind: 'kubeconfig', kubeconfig: '/etc/lockstep/a.kubeconfig', context: 'admin', allowCommands: true },
        repositories: ['acme/shop'],
        namespaces: ['shop', 'shop-*'],
        serviceAccounts: [
          { repository: 'acme/shop', environment: 'prod', serviceAccount: 'shop/deployer' },
          { environment: 'dev', serviceAccount: 'kube-system/all.of-it' },
        ],
      },
    ],
    writes: { minimalGapMs: 0, perMinute: 6000, creationsPerHour: 1 },
    remoteBases: [],
    charts: [],
    movedTags: 'warn',
    metrics: [],
    registries: [],
    render: { workers: 4, memoryBytes: 256 * 1024 ** 2, deadlineMs: 120_000, cacheBytes: 0 },
    inventoryNamespace: 'lockstep',
    events: false,
  })
})

test('an address of the API of its own is kept', () => {
  const text = `${SMALLEST}github: { url: 'http://127.0.0.1:3000', apiUrl: 'http://127.0.0.1:3000/api/v3/' }\n`
  expect(parse(text).github).toEqual({ url: 'http://127.0.0.1:3000', apiUrl: 'http://127.0.0.1:3000/api/v3' })
})

describe('a fault is named with its place', () => {
  test.each<[what: string, text: string, line: string]>([
    [
      'an unknown key',
      `${SMALLEST}servr: {}\n`,
      '4:1 CONFIG_UNKNOWN_KEY There is an unknown key "servr". Did you mean "server"?',
    ],
    [
      'a secret in the file',
      `${SMALLEST}webhookSecret: abc\n`,
      '4:1 CONFIG_UNKNOWN_KEY There is an unknown key "webhookSecret"',
    ],
    ['no clusters', 'data: d\n', '1:1 CONFIG_MISSING_KEY clusters is missing'],
    [
      'an empty list of clusters',
      'data: d\nclusters: []\n',
      '2:11 CONFIG_INVALID clusters must register at least one cluster',
    ],
    [
      'no way to a cluster',
      clusters('  - { name: a, repositories: [a/b] }\n'),
      '3:5 CONFIG_INVALID The cluster "a" has neither `kubeconfig` nor `inCluster`.',
    ],
    [
      'two ways to a cluster',
      clusters('  - { name: a, kubeconfig: k, inCluster: true, repositories: [a/b] }\n'),
      '3:5 CONFIG_INVALID The cluster "a" has both',
    ],
    [
      'a context alone',
      clusters('  - { name: a, inCluster: true, context: c, repositories: [a/b] }\n'),
      '3:5 CONFIG_INVALID The cluster "a" has a `context` and no `kubeconfig`',
    ],
    [
      'commands without a kubeconfig that could name one',
      clusters('  - { name: a, inCluster: true, allowCommands: true, repositories: [a/b] }\n'),
      '3:5 CONFIG_INVALID The cluster "a" has `allowCommands` and no `kubeconfig`',
    ],
    [
      'a ServiceAccount without its namespace',
      clusters(
        '  - { name: a, inCluster: true, repositories: [a/b], serviceAccounts: [{ environment: e, serviceAccount: x }] }\n',
      ),
      '3:106 CONFIG_INVALID clusters[0].serviceAccounts[0].serviceAccount must be namespace/name, not "x"',
    ],
    [
      'a lease that a slow request outlives',
      `${SMALLEST}ownership: { lease: 1s }\n`,
      '4:21 CONFIG_INVALID ownership.lease must be from 2s to 1m, not 1s.',
    ],
    [
      'a cluster twice',
      `${SMALLEST}  - { name: dev, inCluster: true, repositories: [a/b] }\n`,
      '4:5 CONFIG_DUPLICATE The cluster "dev" stands twice.',
    ],
    [
      'a cluster for everybody',
      clusters('  - { name: a, inCluster: true, repositories: ["*"] }\n'),
      '3:48 CONFIG_INVALID clusters[0].repositories[0] must be owner/name or owner/*, not "*"',
    ],
    [
      'a sweep that is too rare',
      `${SMALLEST}sweep: { interval: 10m }\n`,
      '4:20 CONFIG_INVALID sweep.interval must be from 1s to 5m, not 10m.',
    ],
    [
      'a sweep without end',
      `${SMALLEST}sweep: { interval: "0" }\n`,
      '4:20 CONFIG_INVALID sweep.interval must be from 1s to 5m, not 0.',
    ],
    [
      'a build that takes for ever',
      `${SMALLEST}render: { deadline: 1h }\n`,
      '4:21 CONFIG_INVALID render.deadline must be from 1s to 10m, not 1h.',
    ],
    [
      'no builds at all',
      `${SMALLEST}render: { workers: 0 }\n`,
      '4:20 CONFIG_INVALID render.workers must be a whole number from 1 to 1024, not 0.',
    ],
    [
      'a port that is none',
      `${SMALLEST}server: { port: 70000 }\n`,
      '4:17 CONFIG_INVALID server.port must be a whole number from 0 to 65535, not 70000.',
    ],
  ])('%s', (_, text, line) => {
    const lines = refusal(text)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`/etc/lockstep/operator.yaml:${line}`)
  })

  test('and a password in an address is not repeated', () => {
    expect(refusal(`${SMALLEST}github: { url: 'https://me:hunter2@git.example.com' }\n`).join()).not.toContain(
      'hunter2',
    )
  })
})

test('a repository may use a cluster that names it or its owner, whatever its capitals', () => {
  const repositories = ['acme/shop', 'globex/*']
  const cluster = {
    name: 'a',
    access: { kind: 'inCluster' as const },
    repositories,
    namespaces: [],
    serviceAccounts: [],
  }
  const asked = ['acme/shop', 'Acme/Shop', 'acme/shop2', 'acme', 'globex/any', 'globexx/any', 'x/globex/any']
  expect(asked.filter((name) => mayUse(cluster, name))).toEqual(['acme/shop', 'Acme/Shop', 'globex/any'])
})

test.each([
  ['acme/shop', 'prod', 'shop/deployer'],
  ['ACME/Shop', 'prod', 'shop/deployer'],
  ['acme/other', 'prod', 'any/acme'],
  ['globex/shop', 'prod', undefined],
  ['globex/shop', 'dev', 'any/dev'],
  ['acme/shop', 'staging', undefined],
])('targets of %s in %s are written in the name of %s', (repository, environment, serviceAccount) => {
  const serviceAccounts = [
    { repository: 'acme/shop', environment: 'prod', serviceAccount: 'shop/deployer' },
    { repository: 'acme/*', environment: 'prod', serviceAccount: 'any/acme' },
    { environment: 'dev', serviceAccount: 'any/dev' },
  ]
  const cluster = {
    name: 'a',
    access: { kind: 'inCluster' as const },
    repositories: [],
    namespaces: [],
    serviceAccounts,
  }
  expect(serviceAccountOf(cluster, repository, environment)).toBe(serviceAccount)
})

describe('secrets', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  })
  const complete = {
    LOCKSTEP_APP_ID: '12',
    LOCKSTEP_PRIVATE_KEY: privateKey,
    LOCKSTEP_WEBHOOK_SECRET: 'sixteen letters!',
    REDIS_URL: 'redis://:hunter2@localhost:6379',
  }
  const files: Record<string, string> = { '/run/key': `${privateKey}\n`, '/run/empty': '\n' }
  const read = (env: Environment) =>
    parseOperatorSecrets(env, (path) => {
      const text = files[path]
      if (text === undefined) throw new Error('ENOENT')
      return text
    })

  test('are read, and no way of printing shows them', () => {
    const secrets = read(complete)
    expect(secrets.appId).toBe(12)
    expect(secrets.privateKey.reveal()).toBe(privateKey.trim())
    expect(secrets.webhookSecret.reveal()).toBe('sixteen letters!')
    expect(secrets.redisUrl?.reveal()).toBe('redis://:hunter2@localhost:6379')
    const shown = [
      inspect(secrets, { depth: 9, showHidden: true }),
      JSON.stringify(secrets),
      `${secrets.webhookSecret}`,
    ]
    for (const text of shown) expect(text).not.toMatch(/hunter2|sixteen|BEGIN/)
    expect({ ...secrets.webhookSecret }).toEqual({})
  })

  test('may be in files, and a key may be on one line', () => {
    const { LOCKSTEP_PRIVATE_KEY: _, ...others } = complete
    expect(read({ ...others, LOCKSTEP_PRIVATE_KEY_FILE: '/run/key' }).privateKey.reveal()).toBe(privateKey.trim())
    const line = privateKey.trim().replaceAll('\n', '\\n')
    expect(read({ ...complete, LOCKSTEP_PRIVATE_KEY: line }).privateKey.reveal()).toBe(privateKey.trim())
  })

  test('REDIS_URL may be left out', () => {
    const { REDIS_URL: _, ...others } = complete
    expect(read(others).redisUrl).toBeUndefined()
  })

  test('that are missing are all named at once', () => {
    expect(linesOf(() => read({ LOCKSTEP_APP_ID: '' })).map((line) => line.split('. ')[0])).toEqual([
      'SECRET_MISSING LOCKSTEP_APP_ID is not set',
      'SECRET_MISSING LOCKSTEP_PRIVATE_KEY is not set',
      'SECRET_MISSING LOCKSTEP_WEBHOOK_SECRET is not set',
    ])
  })

  test.each<[what: string, change: Record<string, string | undefined>, line: string]>([
    ['an id that is a word', { LOCKSTEP_APP_ID: 'lockstep' }, 'SECRET_INVALID LOCKSTEP_APP_ID'],
    ['a key that is none', { LOCKSTEP_PRIVATE_KEY: 'hunter2' }, 'SECRET_INVALID LOCKSTEP_PRIVATE_KEY'],
    ['a key of another kind', { LOCKSTEP_PRIVATE_KEY: elliptic as string }, 'SECRET_INVALID LOCKSTEP_PRIVATE_KEY'],
    [
      'a short webhook secret',
      { LOCKSTEP_WEBHOOK_SECRET: 'fifteen letters' },
      'SECRET_INVALID LOCKSTEP_WEBHOOK_SECRET',
    ],
    ['another database', { REDIS_URL: 'http://hunter2' }, 'SECRET_INVALID REDIS_URL'],
    [
      'a file that is not there',
      { REDIS_URL: undefined, REDIS_URL_FILE: '/run/none' },
      'SECRET_UNREADABLE REDIS_URL_FILE names a file that cannot be read: /run/none',
    ],
    [
      'an empty file',
      { LOCKSTEP_APP_ID: undefined, LOCKSTEP_APP_ID_FILE: '/run/empty' },
      'SECRET_MISSING LOCKSTEP_APP_ID',
    ],
    [
      'both ways at once',
      { LOCKSTEP_APP_ID_FILE: '/run/key' },
      'SECRET_INVALID LOCKSTEP_APP_ID and LOCKSTEP_APP_ID_FILE are both set',
    ],
  ])('%s is refused without its value', (_, change, line) => {
    const lines = linesOf(() => read({ ...complete, ...change }))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(line)
    expect(lines[0]).not.toMatch(/hunter2|fifteen letters|BEGIN/)
  })
})
