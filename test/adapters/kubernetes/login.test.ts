import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { freePort } from '../../../sandbox/cluster/free-port.ts'
import { openCluster } from '../../../src/adapters/kubernetes/open-cluster.ts'
import { useControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/eventually.ts'
import { configMap } from '../../support/kubernetes-objects.ts'

interface Kubeconfig {
  'current-context': string
  clusters: { name: string; cluster: Record<string, unknown> }[]
  users: { name: string; user: Record<string, unknown> }[]
  contexts: { name: string; context: Record<string, unknown> }[]
}

const plane = useControlPlane()
let directory: string
let files = 0
const servers: Server[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lockstep-kubeconfig-'))
})
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(directory, { recursive: true, force: true })
})

/** The control plane's kubeconfig with changes, as a new file. */
async function kubeconfig(change: (config: Kubeconfig) => void): Promise<string> {
  const config = parse(await readFile(plane.local.kubeconfig, 'utf8')) as Kubeconfig
  change(config)
  return write(stringify(config))
}

async function write(text: string): Promise<string> {
  const file = join(directory, `kubeconfig-${++files}`)
  await writeFile(file, text)
  return file
}

/** A kubeconfig of a plain server that says what it is told to. */
async function leadingTo(answer: RequestListener, path = ''): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  return kubeconfig((config) => {
    config.clusters[0] = { name: 'sandbox', cluster: { server: address, 'insecure-skip-tls-verify': true } }
  })
}

const cluster = (config: Kubeconfig) => (config.clusters[0] as Kubeconfig['clusters'][0]).cluster
const user = (config: Kubeconfig) => (config.users[0] as Kubeconfig['users'][0]).user

/** What asking the version answers, or throws. */
async function ask(file: string): Promise<unknown> {
  const opened = await plane.open({ name: 'prod', kubeconfig: file })
  return opened.serverVersion().catch((error: unknown) => error)
}

describe('a cluster that cannot be used is named with its address, what is wrong and what to do', () => {
  test('nothing listens', async () => {
    const port = await freePort()
    const file = await kubeconfig((config) => {
      cluster(config).server = `https://user:hunter2@127.0.0.1:${port}/path?token=hunter2`
    })
    const error = await ask(file)
    expect(error).toMatchObject({ kind: 'unreachable', code: 'CLUSTER_UNREACHABLE' })
    expect(String(error)).toContain(`Cluster prod at https://127.0.0.1:${port} cannot be reached (ECONNREFUSED).`)
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
  })

  test('no such host', async () => {
    const file = await kubeconfig((config) => {
      cluster(config).server = 'https://no-such-host.invalid:6443'
    })
    expect(await ask(file)).toMatchObject({ kind: 'unreachable', code: 'CLUSTER_UNREACHABLE' })
  })

  test('a wrong token', async () => {
    const file = await kubeconfig((config) => {
      user(config).token = 'hunter2'
    })
    const error = await ask(file)
    expect(error).toMatchObject({ kind: 'unreachable', code: 'CLUSTER_LOGIN_REFUSED' })
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
  })

  test('a certificate of somebody else', async () => {
    const file = await kubeconfig((config) => {
      delete cluster(config)['certificate-authority-data']
    })
    expect(await ask(file)).toMatchObject({ kind: 'unreachable', code: 'CLUSTER_UNTRUSTED' })
  })

  test.each([
    [200, '<html>Please log in</html>'],
    [302, ''],
    [404, '404 page not found'],
  ])('something that is no API server (HTTP %d)', async (status, body) => {
    const file = await leadingTo((_, response) => response.writeHead(status, { location: '/login' }).end(body))
    expect(await ask(file)).toMatchObject({ kind: 'unreachable', code: 'CLUSTER_NOT_KUBERNETES' })
  })
})

describe('a kubeconfig that cannot be used is refused before anything is sent', () => {
  const broken: [string, (config: Kubeconfig) => void, RegExp][] = [
    [
      'no current context',
      (config) => {
        config['current-context'] = ''
      },
      /has no current-context; it has admin/,
    ],
    [
      'an unknown context',
      (config) => {
        config['current-context'] = 'prod'
      },
      /has no context prod; it has admin/,
    ],
    [
      'a context without its user',
      (config) => {
        config.users = []
      },
      /names no known cluster or user in context admin/,
    ],
    [
      'a cluster without server',
      (config) => {
        delete cluster(config).server
      },
      /an entry lacks its name, cluster or server/,
    ],
    [
      'an address that is none',
      (config) => {
        cluster(config).server = 'prod'
      },
      /has no http or https address/,
    ],
    [
      'plain http',
      (config) => {
        cluster(config).server = 'http://127.0.0.1:1'
      },
      /insecure-skip-tls-verify/,
    ],
    [
      'a certificate file that is missing',
      (config) => {
        user(config)['client-certificate'] = 'gone.crt'
      },
      /names .*gone\.crt, which cannot be read \(ENOENT\)/,
    ],
    [
      'a SOCKS proxy',
      (config) => {
        cluster(config)['proxy-url'] = 'socks5://127.0.0.1:1'
      },
      /SOCKS/,
    ],
  ]
  test.each(broken)('%s', async (_, change, message) => {
    const file = await kubeconfig(change)
    await expect(openCluster({ name: 'prod', kubeconfig: file })).rejects.toMatchObject({
      code: 'KUBECONFIG_INVALID',
      kind: 'refused',
      message: expect.stringMatching(message),
      problems: [expect.objectContaining({ file })],
    })
  })

  test('no file', async () => {
    const missing = openCluster({ name: 'prod', kubeconfig: join(directory, 'missing') })
    await expect(missing).rejects.toMatchObject({
      code: 'KUBECONFIG_INVALID',
      message: expect.stringContaining('ENOENT'),
    })
  })

  test('neither a file nor a Pod around us', async () => {
    await expect(openCluster({ name: 'prod' })).rejects.toMatchObject({ code: 'KUBECONFIG_INVALID' })
  })

  test.each([
    'users: [{token: hunter2',
    'hunter2',
    '- hunter2',
    '',
  ])('text that is no kubeconfig, without quoting it: %j', async (text) => {
    const error = await openCluster({ name: 'prod', kubeconfig: await write(text) }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'KUBECONFIG_INVALID' })
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain('hunter2')
  })
})

describe('logins', () => {
  describe('by a command', () => {
    const apiVersion = 'client.authentication.k8s.io/v1'

    /** A kubeconfig whose user runs this shell script, and the path of the file `ran` that the script may write to. */
    async function loggingInBy(script: (token: string, ran: string) => string, exec: object = {}) {
      const token = String(user(parse(await readFile(plane.local.kubeconfig, 'utf8')) as Kubeconfig).token)
      const ran = join(directory, `ran-${++files}`)
      const command = join(directory, `login-${files}.sh`)
      await writeFile(command, `#!/bin/sh\n${script(token, ran)}\n`)
      await chmod(command, 0o700)
      const file = await kubeconfig((config) => {
        ;(config.users[0] as Kubeconfig['users'][0]).user = { exec: { apiVersion, command, ...exec } }
      })
      return { file, ran }
    }
    const answer = (token: string, more = {}) =>
      `echo '${JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token, ...more } })}'`

    test('is refused unless allowed, and the command not run', async () => {
      const { file, ran } = await loggingInBy((token, seen) => `touch ${seen}\n${answer(token)}`)
      await expect(openCluster({ name: 'prod', kubeconfig: file })).rejects.toMatchObject({
        code: 'KUBECONFIG_RUNS_COMMAND',
      })
      await expect(readFile(ran)).rejects.toMatchObject({ code: 'ENOENT' })
      const allowed = await plane.open({ kubeconfig: file, allowExec: true })
      expect(await allowed.serverVersion()).toMatch(/^v1/)
    })

    test('gives the command nothing of our environment but PATH and HOME, and what the kubeconfig names', async () => {
      process.env.LOCKSTEP_CANARY = 'hunter2'
      const exec = { env: [{ name: 'PROFILE', value: 'prod' }], args: ['--flag'], provideClusterInfo: true }
      const { file, ran } = await loggingInBy(
        (token, seen) => `{ env; echo "ARGS=$*"; } > ${seen}\n${answer(token)}`,
        exec,
      )
      const opened = await plane.open({ kubeconfig: file, allowExec: true })
      await opened.serverVersion()
      delete process.env.LOCKSTEP_CANARY
      const lines = (await readFile(ran, 'utf8')).trim().split('\n')
      const seen = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
      for (const name of ['PWD', 'OLDPWD', 'SHLVL', '_']) seen.delete(name)
      expect([...seen.keys()].sort()).toEqual(['ARGS', 'HOME', 'KUBERNETES_EXEC_INFO', 'PATH', 'PROFILE'])
      expect(seen.get('ARGS')).toBe('--flag')
      expect(JSON.parse(seen.get('KUBERNETES_EXEC_INFO') ?? '')).toMatchObject({
        apiVersion,
        kind: 'ExecCredential',
        spec: { interactive: false, cluster: { server: plane.local.server } },
      })
    })

    test('runs it once for many requests, and again when the server no longer takes what it answered', async () => {
      const { file, ran } = await loggingInBy(
        (token, seen) => `if [ -e ${seen} ]; then ${answer(token)}; else ${answer('expired')}; fi\necho run >> ${seen}`,
      )
      const opened = await plane.open({ kubeconfig: file, allowExec: true })
      await Promise.all(Array.from({ length: 10 }, () => opened.serverVersion()))
      expect(await readFile(ran, 'utf8')).toBe('run\nrun\n')
    })

    test.each<[what: string, script: string, message: RegExp]>([
      ['fails', 'echo hunter2 >&2; exit 3', /login-\d+\.sh of cluster prod ended with code 3\.$/],
      ['does not end', 'echo hunter2; sleep 30', /did not end in time/],
      ['answers something else', 'echo hunter2', /answered no ExecCredential/],
    ])('that %s is told without what it printed', async (_, script, message) => {
      const { file } = await loggingInBy(() => script)
      const source = { name: 'prod', kubeconfig: file, allowExec: true, commandTimeoutMs: 500 }
      const error = await openCluster(source).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'KUBECONFIG_COMMAND_FAILED', kind: 'unreachable' })
      expect(error.problems[0].message).toMatch(message)
      expect(JSON.stringify(error) + error.message).not.toContain('hunter2')
    })

    test('that is missing is named', async () => {
      const { file } = await loggingInBy(() => '', { command: 'no-such-login-command' })
      await expect(openCluster({ name: 'prod', kubeconfig: file, allowExec: true })).rejects.toMatchObject({
        code: 'KUBECONFIG_COMMAND_FAILED',
        message: expect.stringContaining('no-such-login-command of cluster prod was not found'),
      })
    })

    test('of an auth-provider that kubectl dropped is refused even where commands are allowed', async () => {
      const file = await kubeconfig((config) => {
        const provider = { name: 'gcp', config: { 'cmd-path': '/bin/false' } }
        ;(config.users[0] as Kubeconfig['users'][0]).user = { 'auth-provider': provider }
      })
      await expect(openCluster({ name: 'prod', kubeconfig: file })).rejects.toMatchObject({
        code: 'KUBECONFIG_RUNS_COMMAND',
      })
      await expect(openCluster({ name: 'prod', kubeconfig: file, allowExec: true })).rejects.toMatchObject({
        code: 'KUBECONFIG_INVALID',
        message: expect.stringContaining('auth-provider gcp'),
      })
    })
  })

  test('a token that was replaced in the kubeconfig is picked up when the old one is refused', async () => {
    const good = await readFile(plane.local.kubeconfig, 'utf8')
    const file = await kubeconfig((config) => {
      user(config).token = 'expired'
    })
    const opened = await plane.open({ kubeconfig: file })
    await expect(opened.serverVersion()).rejects.toMatchObject({ code: 'CLUSTER_LOGIN_REFUSED' })
    await writeFile(file, good)
    expect(await opened.serverVersion()).toMatch(/^v1/)
  })

  test('a watch lives through an expired token', async () => {
    const good = await readFile(plane.local.kubeconfig, 'utf8')
    const file = await kubeconfig((config) => {
      user(config).token = 'expired'
    })
    const opened = await plane.open({ kubeconfig: file })
    const log: string[] = []
    const stop = new AbortController()
    const kind = { group: '', version: 'v1', kind: 'ConfigMap' }
    const watching = opened.watch(kind, { labelSelector: 'set=login' }, ({ type }) => log.push(type), stop.signal)
    await eventually(() => log.includes('LOST'))
    await writeFile(file, good)
    await eventually(() => log.includes('SYNCED'))
    await plane.cluster.apply(configMap('after-login', {}, { set: 'login' }), { fieldManager: 'lockstep' })
    await eventually(() => log.includes('ADDED'))
    stop.abort()
    await watching
  })

  test("kubectl's tokenFile, relative to the kubeconfig", async () => {
    const token = String(user(parse(await readFile(plane.local.kubeconfig, 'utf8')) as Kubeconfig).token)
    await writeFile(join(directory, 'token'), `${token}\n`)
    const file = await kubeconfig((config) => {
      ;(config.users[0] as Kubeconfig['users'][0]).user = { tokenFile: 'token' }
    })
    expect(await ask(file)).toMatch(/^v1/)
  })

  test('a path in front of the API server is kept', async () => {
    const seen: string[] = []
    const answer: RequestListener = (request, response) => {
      seen.push(String(request.url))
      response.writeHead(200).end('{"gitVersion":"v1.0.0"}')
    }
    expect(await ask(await leadingTo(answer, '/k8s/clusters/c-1/'))).toBe('v1.0.0')
    expect(seen[0]).toMatch(/^\/k8s\/clusters\/c-1\/version\?/)
  })

  test("the context's namespace is where objects without one go", async () => {
    const file = await kubeconfig((config) => {
      ;(config.contexts[0] as Kubeconfig['contexts'][0]).context.namespace = 'kube-public'
    })
    const opened = await plane.open({ kubeconfig: file })
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'placed' } }
    expect(opened.namespace).toBe('kube-public')
    expect(await opened.apply(body, { fieldManager: 'lockstep' })).toMatchObject({
      metadata: { namespace: 'kube-public' },
    })
  })
})
