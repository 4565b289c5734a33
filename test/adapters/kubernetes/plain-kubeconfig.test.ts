import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { KubeConfig } from '@kubernetes/client-node'
import { readPlainKubeconfig } from '../../../src/adapters/kubernetes/plain-kubeconfig.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lockstep-kubeconfig-'))
  await Promise.all(['ca.crt', 'tls.crt', 'tls.key'].map((name) => writeFile(join(directory, name), `the ${name}`)))
  await writeFile(join(directory, 'token'), 'from-a-file\n')
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const base64 = (text: string) => Buffer.from(text).toString('base64')

async function write(cluster: object, user: object, context: object = {}): Promise<string> {
  const path = join(directory, 'config')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [
      { name: 'other', context: { cluster: 'other', user: 'other' } },
      { name: 'here', context: { cluster: 'c', user: 'u', ...context } },
    ],
    clusters: [
      { name: 'other', cluster: { server: 'https://other.example' } },
      { name: 'c', cluster: { server: 'https://api.example:6443', ...cluster } },
    ],
    users: [
      { name: 'other', user: { token: 'other' } },
      { name: 'u', user },
    ],
  }
  await writeFile(path, JSON.stringify(config))
  return path
}

/** The same login as Kubernetes' own library reads it. */
async function byLibrary(path: string) {
  const config = new KubeConfig()
  config.loadFromFile(path)
  const options: Record<string, unknown> & { headers: Record<string, string> } = { headers: {} }
  await config.applyToHTTPSOptions(options)
  const { ca, cert, key, servername, rejectUnauthorized, headers, auth } = options
  return { server: config.getCurrentCluster()?.server, ca, cert, key, servername, rejectUnauthorized, headers, auth }
}

describe('a login of texts and files is read as by the library', () => {
  test.each<[string, object, object]>([
    ['a token', { 'certificate-authority-data': base64('an authority') }, { token: 'abc' }],
    [
      'a certificate',
      { 'certificate-authority': 'ca.crt' },
      { 'client-certificate': 'tls.crt', 'client-key': 'tls.key' },
    ],
    [
      'a certificate as data',
      { 'certificate-authority-data': base64('an authority') },
      { 'client-certificate-data': base64('crt'), 'client-key-data': base64('key') },
    ],
    ['a name and a password', {}, { username: 'me', password: 'open: sesame' }],
    ['nobody', { 'insecure-skip-tls-verify': true }, {}],
    [
      'another name of the server',
      { 'tls-server-name': 'kubernetes', server: 'https://api.example/path/' },
      { token: 'abc' },
    ],
  ])('%s', async (_title, cluster, user) => {
    const path = await write(cluster, user)
    const wanted = await byLibrary(path)
    const found = await readPlainKubeconfig(path, undefined)
    const { authorization } = (await found?.headers()) ?? {}
    const basic = wanted.auth === undefined ? undefined : `Basic ${base64(String(wanted.auth))}`
    expect(authorization).toBe(wanted.headers.Authorization ?? basic)
    expect(found?.server).toBe(wanted.server)
    const { ca, cert, key, servername, rejectUnauthorized } = found?.tls ?? {}
    const texts = [ca, cert, key].map((value) => value?.toString())
    expect(texts).toEqual([wanted.ca, wanted.cert, wanted.key].map((value) => value?.toString()))
    expect({ servername, rejectUnauthorized }).toEqual({
      servername: wanted.servername,
      rejectUnauthorized: wanted.rejectUnauthorized,
    })
  })

  test('the context that is named, its namespace, and a token file that changes', async () => {
    const path = await write({}, { tokenFile: 'token' }, { namespace: 'shop' })
    const found = await readPlainKubeconfig(path, undefined)
    expect(found?.namespace).toBe('shop')
    expect(await found?.headers()).toEqual({ authorization: 'Bearer from-a-file' })
    await writeFile(join(directory, 'token'), 'another\n')
    expect(await found?.headers()).toEqual({ authorization: 'Bearer another' })
    expect((await readPlainKubeconfig(path, 'other'))?.server).toBe('https://other.example')
  })
})

describe('what needs the library, or its words for what is wrong, is left to it', () => {
  test.each<[string, object, object]>([
    ['a login command', {}, { exec: { command: 'login' } }],
    ['an auth provider', {}, { 'auth-provider': { name: 'oidc' } }],
    ['impersonation', {}, { token: 'abc', as: 'somebody' }],
    ['a server without TLS', { server: 'http://api.example' }, { token: 'abc' }],
    ['a SOCKS proxy', { 'proxy-url': 'socks5://proxy.example' }, { token: 'abc' }],
    ['a certificate that is not there', {}, { 'client-certificate': 'gone.crt', 'client-key': 'tls.key' }],
  ])('%s', async (_title, cluster, user) => {
    expect(await readPlainKubeconfig(await write(cluster, user), undefined)).toBeUndefined()
  })

  test('a context, file or mapping that is not there', async () => {
    expect(await readPlainKubeconfig(await write({}, { token: 'abc' }), 'nowhere')).toBeUndefined()
    expect(await readPlainKubeconfig(join(directory, 'nothing'), undefined)).toBeUndefined()
    expect(await readPlainKubeconfig(join(directory, 'token'), undefined)).toBeUndefined()
  })
})
