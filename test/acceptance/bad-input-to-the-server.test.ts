import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type LockstepProcess, startLockstep } from '../../sandbox/demo/lockstep-process.ts'
import type { LocalGitHub } from '../../sandbox/github/local-github.ts'
import { startLocalGitHub } from '../../sandbox/github/start.ts'
import { signatureOf } from '../../src/adapters/http/signature.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { commitFile, RestClient } from '../support/local-github.ts'
import { runLockstep } from '../support/lockstep-program.ts'

const temporary = temporaryDirectory('lockstep-bad-server-input')
const SECRET = 'what the server was told'
const STACK = /^\s+at .+:\d+:\d+\)?$/m
const inFolder = (name: string) => join(temporary.path, name)
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
}, KUSTOMIZE_SETUP_MS)
afterAll(() => temporary.remove())

describe('a webhook that is refused', () => {
  let github: LocalGitHub
  let ana: RestClient
  let lockstep: LockstepProcess
  const log = inFolder('lockstep.log')

  beforeAll(async () => {
    github = await startLocalGitHub({ directory: inFolder('github') })
    const { token } = github.createUser('ana')
    ana = new RestClient(github.apiUrl, `token ${token}`)
    github.createOrganization('acme', { ana: { role: 'admin', public: true } })
    const app = github.registerApp({
      slug: 'lockstep',
      name: 'Lockstep',
      owner: 'acme',
      permissions: { contents: 'write', pull_requests: 'write' },
      events: ['push'],
      webhookUrl: 'http://127.0.0.1:9/',
      webhookSecret: 'another one than the server was told',
    })
    await github.createRepository({ owner: 'acme', name: 'shop', from: [{ message: 'Begin', files: { a: 'a\n' } }] })
    github.installApp('lockstep', 'acme', 'all')
    const config = operatorFile(`github: { url: "${github.url}", apiUrl: "${github.apiUrl}" }\n`)
    lockstep = await startLockstep({
      arguments: ['serve', '--embedded', '--config', config],
      env: serverEnvironment({ LOCKSTEP_APP_ID: String(app.appId), LOCKSTEP_PRIVATE_KEY: app.privateKeyPem }),
      log,
    })
    github.setWebhookUrl('lockstep', edge())
  })

  const edge = () => `${lockstep.url}/api/github/webhooks`

  afterAll(async () => {
    await lockstep?.stop()
    await github?.close()
  })

  /** What the log says at warning and above, from here on. */
  function warnings(): () => { level: number; msg: string }[] {
    const before = readFileSync(log, 'utf8').length
    return () => {
      const text = readFileSync(log, 'utf8').slice(before)
      const entries = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
      return entries.filter(({ level }) => level >= 40)
    }
  }

  const SIGNED_WRONGLY = 'The signature does not match; the webhook secret here and in the GitHub App must be the same.'
  const TOO_LARGE = 'The body is larger than 25 MB, which is the most GitHub sends.'

  test('for its signature says so in GitHub’s delivery log, and once in the server’s', async () => {
    const said = warnings()
    await commitFile(ana, '/repos/acme/shop', 'main', { path: 'b', content: 'b\n' })
    const arrived = () => github.deliveries().filter(({ url }) => url === edge())
    await eventually(() => arrived().some(({ event, done }) => event === 'push' && done))
    expect(github.deliveries({ event: 'push' })[0]).toMatchObject({
      statusCode: 401,
      response: { body: JSON.stringify({ error: SIGNED_WRONGLY }) },
    })
    await eventually(
      () => said().length === arrived().length,
      () => JSON.stringify({ said: said(), arrived: arrived().map(({ event, status }) => [event, status]) }),
    )
    expect(new Set(said().map(({ msg }) => msg))).toEqual(new Set([SIGNED_WRONGLY]))
  })

  test.each([
    ['with its length said beforehand', { 'content-length': String(30 * 1024 * 1024) }],
    ['of unknown length', { 'transfer-encoding': 'chunked' }],
  ])('for a body of 30 MB %s is answered 413, and the server goes on', async (_how, headers) => {
    const said = warnings()
    expect(await post(lockstep, Buffer.alloc(30 * 1024 * 1024, 'x'), headers)).toEqual({
      status: 413,
      body: { error: TOO_LARGE },
    })
    expect((await fetch(`${lockstep.url}/healthz`)).status).toBe(200)
    const refusals = () => said().filter(({ msg }) => msg === TOO_LARGE)
    await eventually(() => refusals().length > 0)
    expect(refusals()).toHaveLength(1)
  })

  test('leaves no stack and no payload in the log', () => {
    const text = readFileSync(log, 'utf8')
    expect(text).not.toMatch(STACK)
    expect(text).not.toContain('xxxxxxxx')
  })
})

describe('a server that cannot start says why, all of it at once, without a stack', () => {
  const lockstep = (env: Readonly<Record<string, string>>, ...words: string[]) =>
    runLockstep(['serve', ...words], { env: serverEnvironment(env) })

  test.each([
    [
      'no webhook secret',
      { LOCKSTEP_WEBHOOK_SECRET: '' },
      /^SECRET_MISSING LOCKSTEP_WEBHOOK_SECRET is not set\. .+\n$/,
    ],
    [
      'a short webhook secret',
      { LOCKSTEP_WEBHOOK_SECRET: 'guess me' },
      /^SECRET_INVALID LOCKSTEP_WEBHOOK_SECRET .+16.+\n$/,
    ],
  ])('%s', async (_what, env, line) => {
    const { code, stdout, stderr } = await lockstep(env, '--embedded', '--config', operatorFile())
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(line)
    expect(stderr).not.toContain('guess me')
  })

  test('no operator file', async () => {
    const missing = inFolder('nowhere.yaml')
    const { code, stderr } = await lockstep({}, '--embedded', '--config', missing)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^OPERATOR_FILE_MISSING .+nowhere\.yaml cannot be read: ENOENT\. .+\n$/),
    })
  })

  test('no way to a worker', async () => {
    const { code, stderr } = await lockstep({}, '--config', operatorFile())
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^EMBEDDED_ONLY Without REDIS_URL .+\n$/),
    })
  })

  test('several faults', async () => {
    const env = { LOCKSTEP_APP_ID: 'me', LOCKSTEP_PRIVATE_KEY: 'none', LOCKSTEP_WEBHOOK_SECRET: '' }
    const config = operatorFile('sevrer: {}\ngithub: { url: not an address }\n')
    const [text, json] = await Promise.all([
      lockstep(env, '--config', config),
      lockstep(env, '--config', config, '--format', 'json'),
    ])
    const faults = [
      'CONFIG_INVALID github.url',
      'CONFIG_UNKNOWN_KEY There',
      'EMBEDDED_ONLY Without',
      'SECRET_INVALID LOCKSTEP_APP_ID',
      'SECRET_INVALID LOCKSTEP_PRIVATE_KEY',
      'SECRET_MISSING LOCKSTEP_WEBHOOK_SECRET',
    ]
    expect(text.stderr.split('\n').slice(0, -1).map(codeAndSubject).toSorted()).toEqual(faults)
    const { problems } = JSON.parse(json.stdout)
    expect(problems.map(({ code }: { code: string }) => code).toSorted()).toEqual(
      faults.map((fault) => fault.split(' ')[0]),
    )
    expect([text.code, json.code, text.stdout, json.stderr]).toEqual([1, 1, '', ''])
  })
})

/** `FILE:1:2 CODE subject …` as `CODE subject`. */
function codeAndSubject(line: string): string {
  return line
    .replace(/^\S+:\d+:\d+ /, '')
    .split(' ')
    .slice(0, 2)
    .join(' ')
}

function operatorFile(more = ''): string {
  const file = inFolder(`operator-${++files}.yaml`)
  const cluster = 'clusters: [{ name: dev, kubeconfig: /nowhere, repositories: [acme/shop] }]\n'
  writeFileSync(file, `server: { host: 127.0.0.1, port: 0 }\ndata: ${inFolder('data')}\n${cluster}${more}`)
  return file
}

let files = 0

function serverEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const whole = { LOCKSTEP_APP_ID: '1', LOCKSTEP_PRIVATE_KEY: privateKey, LOCKSTEP_WEBHOOK_SECRET: SECRET }
  return { ...whole, REDIS_URL: '', LOCKSTEP_CONFIG: '', ...env }
}

/** Sends a well signed body as GitHub does, and reads the answer. */
function post({ url }: LockstepProcess, body: Buffer, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const sent = request(`${url}/api/github/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': 'too-large',
        'x-hub-signature-256': signatureOf(SECRET, body),
        ...headers,
      },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }))
    })
    sent.end(body)
  })
}
