import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Agent } from 'undici'
import { type ChartsOptions, createCharts } from '../../../src/adapters/charts/open-charts.ts'
import type { ChartRepository } from '../../../src/config/remote-sources.ts'
import type { OpenedChart } from '../../../src/model/charts.ts'
import type { LockstepError } from '../../../src/model/errors.ts'
import { type ChartRegistry, startChartRegistry } from '../../support/chart-registry.ts'
import {
  type ChartRepositoryServer,
  packChart,
  sampleChart,
  sha256,
  startChartRepository,
} from '../../support/chart-repository.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { HELM_SETUP_MS, helmForTests } from '../../support/helm.ts'
import { type HttpSite, startSite } from '../../support/http-site.ts'

let site: ChartRepositoryServer
let registry: ChartRegistry
let other: HttpSite
let scratch: ReturnType<typeof temporaryDirectory>

beforeEach(async () => {
  scratch = temporaryDirectory()
  ;[site, registry] = await Promise.all([startChartRepository(), startChartRegistry()])
  other = await startSite((_, response) => response.end('other'))
})

afterEach(async () => {
  await Promise.all([site.stop(), registry.stop(), other.stop()])
  scratch.remove()
})

interface Asked extends Partial<ChartsOptions> {
  readonly repo?: string
  readonly name?: string
  readonly version?: string
  readonly hosts?: readonly string[]
  readonly entry?: Partial<ChartRepository>
}

function open({
  repo = `${site.url}/stable`,
  name = 'web',
  version,
  hosts = [],
  entry,
  ...options
}: Asked = {}): Promise<OpenedChart> {
  const allowed = [{ repository: repo.replace(/\/+$/, ''), hosts, ...entry }]
  const charts = createCharts({ directory: scratch.path, allowed, env: {}, timeoutMs: 5_000, ...options })
  return charts.open({ repo, name, ...(version && { version }), file: 'prod/kustomization.yaml', line: 3 })
}

const refusal = (asked?: Asked): Promise<LockstepError> =>
  open(asked).then(
    () => Promise.reject(new Error('nothing was refused')),
    (error) => error,
  )

const oci = (asked: Asked = {}): Asked => ({ repo: `${registry.oci}/acme/charts`, ...asked })

describe('a chart of a classic repository', () => {
  test('is its files, its digest and its version', async () => {
    const archive = site.add('web', '1.2.3')
    const opened = await open({ version: '1.2.3' })
    expect(opened).toMatchObject({ version: '1.2.3', pinned: true, digest: `sha256:${sha256(archive)}` })
    expect(opened).not.toHaveProperty('movedFrom')
    expect([...opened.files.keys()]).toEqual(['Chart.yaml', 'values.yaml', 'templates/settings.yaml'])
  })

  test('is found by the address in the index, wherever that leads inside the repository', async () => {
    const archive = site.add('web', '1.2.3', { url: `${site.url}/archives/web-1.2.3.tgz` })
    expect((await open()).digest).toBe(`sha256:${sha256(archive)}`)
  })

  test('that the index gives no digest for is still kept by its own', async () => {
    const archive = site.add('web', '1.2.3', { digest: false })
    expect((await open()).digest).toBe(`sha256:${sha256(archive)}`)
  })

  test('is fetched once: the same version needs no network any more', async () => {
    site.add('web', '1.2.3')
    const first = await open({ version: '1.2.3' })
    await site.stop()
    expect(await open({ version: '1.2.3' })).toEqual(first)
  })

  test('in a range stays the version that the range was resolved to, and is not called pinned', async () => {
    site.add('web', '1.2.3')
    site.add('web', '2.0.0')
    expect(await open({ version: '^1.0.0' })).toMatchObject({ version: '1.2.3', pinned: false })
    site.add('web', '1.3.0')
    expect(await open({ version: '^1.0.0' })).toMatchObject({ version: '1.2.3', pinned: false })
    expect(await open({ version: '~1.3' })).toMatchObject({ version: '1.3.0' })
    expect(await open()).toMatchObject({ version: '2.0.0', pinned: false })
  })

  test('of a range whose version is gone is resolved anew once its archive is gone, too', async () => {
    site.add('web', '1.2.3')
    await open({ version: '^1.0.0' })
    site.remove('web', '1.2.3')
    site.add('web', '1.3.0')
    rmSync(join(scratch.path, 'archives'), { recursive: true })
    const opened = await open({ version: '^1.0.0' })
    expect(opened).toMatchObject({ version: '1.3.0' })
    expect(opened).not.toHaveProperty('movedFrom')
  })

  test('whose archive changed behind its version is a finding, every time from then on', async () => {
    const first = site.add('web', '1.2.3')
    await open({ version: '1.2.3' })
    rmSync(join(scratch.path, 'archives'), { recursive: true })
    const second = site.add('web', '1.2.3', {
      files: sampleChart('web', '1.2.3', { 'values.yaml': 'greeting: other\n' }),
    })
    const moved = { digest: `sha256:${sha256(second)}`, movedFrom: `sha256:${sha256(first)}` }
    expect(await open({ version: '1.2.3' })).toMatchObject(moved)
    expect(await open({ version: '1.2.3' })).toMatchObject(moved)
  })

  test('whose kept archive was damaged is fetched again', async () => {
    site.add('web', '1.2.3')
    await open({ version: '1.2.3' })
    const archives = join(scratch.path, 'archives')
    for (const name of readdirSync(archives)) writeFileSync(join(archives, name), 'damaged')
    expect(await open({ version: '1.2.3' })).toMatchObject({ version: '1.2.3' })
    expect(site.seen.filter(({ line }) => line.includes('.tgz'))).toHaveLength(2)
  })

  test('keeps nothing of an archive that was refused', async () => {
    site.add('web', '1.2.3', { archive: Buffer.from('nonsense') })
    expect((await refusal({ version: '1.2.3' })).code).toBe('CHART_ARCHIVE')
    site.add('web', '1.2.3')
    expect(await open({ version: '1.2.3' })).not.toHaveProperty('movedFrom')
  })

  test('is asked for with the operator’s token, which goes nowhere else', async () => {
    other.fault = (_, response) => {
      response.end(packChart('web', sampleChart('web', '1.2.3')))
      return true
    }
    site.add('web', '1.2.3', { url: `http://${other.host}/web.tgz`, digest: false })
    const asked = { hosts: [other.host], entry: { tokenEnv: 'TOKEN' }, env: { TOKEN: 'a-token' } }
    await open(asked)
    expect(site.seen.map(({ authorization }) => authorization)).toEqual(['Bearer a-token'])
    expect(other.seen.map(({ authorization }) => authorization)).toEqual([undefined])
  })

  test('is asked for with user name and password where the operator names both', async () => {
    site.add('web', '1.2.3')
    await open({ entry: { tokenEnv: 'TOKEN', usernameEnv: 'USER' }, env: { TOKEN: 'secret', USER: 'ann' } })
    expect(new Set(site.seen.map(({ authorization }) => authorization))).toEqual(
      new Set([`Basic ${Buffer.from('ann:secret').toString('base64')}`]),
    )
  })

  test('follows a redirect inside the repository, and one to a host that the operator allows, without the token', async () => {
    const archive = site.add('web', '1.2.3')
    site.fault = ({ url }, response) => {
      if (!url?.endsWith('.tgz')) return false
      response.writeHead(302, { Location: `http://${other.host}/moved` }).end()
      return true
    }
    other.fault = (_, response) => {
      response.end(archive)
      return true
    }
    await open({ hosts: [other.host], entry: { tokenEnv: 'TOKEN' }, env: { TOKEN: 'a-token' } })
    expect(other.seen).toEqual([{ line: 'GET /moved', authorization: undefined }])
  })
})

describe('a chart of a registry', () => {
  test('is its files, its digest and its version', async () => {
    const archive = registry.add('acme/charts', 'web', '1.2.3')
    const opened = await open(oci({ version: '1.2.3' }))
    expect(opened).toMatchObject({ version: '1.2.3', pinned: true, digest: `sha256:${sha256(archive)}` })
    expect([...opened.files.keys()]).toContain('templates/settings.yaml')
  })

  test('may have a version with a plus, which no tag can hold', async () => {
    registry.add('acme/charts', 'web', '1.2.3+build.4')
    expect(await open(oci({ version: '1.2.3+build.4' }))).toMatchObject({ version: '1.2.3+build.4' })
  })

  test('in a range is looked for among all pages of tags', async () => {
    for (const version of ['1.0.0', '1.9.0', '1.10.0', '2.0.0-rc.1', '0.9.0'])
      registry.add('acme/charts', 'web', version)
    registry.pageSize = 2
    expect(await open(oci({ version: '1.x' }))).toMatchObject({ version: '1.10.0', pinned: false })
    expect(await open(oci({ version: '>=1.0.0-0' }))).toMatchObject({ version: '2.0.0-rc.1' })
  })

  test('is fetched with the token that the registry gives to everybody', async () => {
    registry.add('acme/charts', 'web', '1.2.3')
    registry.wantsToken = true
    await open(oci())
    const scope = encodeURIComponent('repository:acme/charts/web:pull')
    const tokens = registry.seen.filter(({ line }) => line.startsWith('GET /token'))
    expect(tokens).toEqual([{ line: `GET /token?service=test&scope=${scope}`, authorization: undefined }])
  })

  test('is fetched with the operator’s credentials, which only the token’s address sees', async () => {
    registry.add('acme/charts', 'web', '1.2.3')
    registry.credentials = 'ann:secret'
    await open(oci({ entry: { tokenEnv: 'TOKEN', usernameEnv: 'USER' }, env: { TOKEN: 'secret', USER: 'ann' } }))
    const basic = registry.seen.filter(({ authorization }) => authorization?.startsWith('Basic'))
    expect(basic).toHaveLength(1)
    expect(basic[0]?.line).toMatch(/^GET \/token/)
  })

  test(
    'as helm pushed it is the one that helm packed',
    async () => {
      const helm = await helmForTests()
      const directory = join(scratch.path, 'push')
      for (const [path, content] of Object.entries(sampleChart('web', '1.2.3'))) {
        mkdirSync(dirname(join(directory, 'web', path)), { recursive: true })
        writeFileSync(join(directory, 'web', path), content)
      }
      const options = { cwd: directory, env: { HOME: directory } }
      execFileSync(helm, ['package', 'web'], { ...options, stdio: 'pipe' })
      const args = ['push', 'web-1.2.3.tgz', `${registry.oci}/acme/charts`, '--plain-http']
      expect(await once(spawn(helm, args, options), 'close')).toEqual([0, null])
      const opened = await open(oci({ version: '1.2.3' }))
      expect([...opened.files.keys()].sort()).toEqual(['Chart.yaml', 'templates/settings.yaml', 'values.yaml'])
    },
    HELM_SETUP_MS,
  )
})

describe('a chart is refused', () => {
  test('of a repository that the operator does not allow, with the line that would', async () => {
    const charts = createCharts({ directory: scratch.path, allowed: [], env: {} })
    const work = charts.open({ repo: 'https://charts.example.com/stable/', name: 'web', file: 'a.yaml', line: 7 })
    await expect(work).rejects.toMatchObject({
      problems: [
        {
          code: 'CHART_REFUSED',
          file: 'a.yaml',
          line: 7,
          remedy: expect.stringContaining('`charts: [https://charts.example.com/stable]`'),
        },
      ],
    })
    expect(site.seen).toEqual([])
  })

  const allowedElsewhere = ['http://HOST/stable/more', 'http://HOST/stabl', 'https://HOST/stable', 'oci://HOST/stable']
  test.each(allowedElsewhere)('of a repository beside the one that is allowed: %s', async (repository) => {
    const allowed = [{ repository: repository.replace('HOST', site.host), hosts: [] }]
    expect((await refusal({ allowed })).code).toBe('CHART_REFUSED')
    expect(site.seen).toEqual([])
  })

  test('below one that is allowed by a star, it is opened', async () => {
    site.add('web', '1.2.3')
    expect(await open({ allowed: [{ repository: `${site.url}/*`, hosts: [] }] })).toMatchObject({ version: '1.2.3' })
  })

  const cases: Record<string, [() => Asked | undefined, string, RegExp]> = {
    'that is not there': [() => void site.add('other', '1.0.0'), 'CHART_NOT_FOUND', /has no chart web/],
    'in a version that is not there': [
      () => {
        site.add('web', '1.0.0')
        return { version: '9.9.9' }
      },
      'CHART_NOT_FOUND',
      /has no version 9\.9\.9 of web.*newest there is 1\.0\.0/,
    ],
    'in a range that is none': [
      () => {
        site.add('web', '1.0.0')
        return { version: '>= not-a-version' }
      },
      'CHART_NOT_FOUND',
      /has no version/,
    ],
    'in a tag that is not there': [
      () => oci({ version: '1.0.0' }),
      'CHART_NOT_FOUND',
      /has no chart acme\/charts\/web 1\.0\.0/,
    ],
    'whose repository has no index': [
      () => {
        site.fault = (_, response) => Boolean(response.writeHead(404).end())
        return undefined
      },
      'CHART_NOT_FOUND',
      /has no index\.yaml/,
    ],
    'whose index is a web page': [
      () => {
        site.fault = (_, response) => Boolean(response.end('<html><body>Sign in</body></html>'))
        return undefined
      },
      'CHART_INDEX',
      /no `entries`/,
    ],
    'whose index names no address': [
      () => {
        site.fault = (_, response) =>
          Boolean(response.end('entries:\n  web:\n  - {name: web, version: 1.0.0, urls: []}\n'))
        return undefined
      },
      'CHART_INDEX',
      /names no address/,
    ],
    'whose archive is not what the index promised': [
      () => void site.add('web', '1.0.0', { digest: sha256('another') }),
      'CHART_DIGEST',
      /promises sha256:[0-9a-f]{64} and sends sha256:/,
    ],
    'whose archive was cut off on the way': [
      () => {
        const archive = site.add('web', '1.0.0')
        site.fault = ({ url }, response) => {
          if (!url?.endsWith('.tgz')) return false
          response.writeHead(200, { 'Content-Length': archive.length }).write(archive.subarray(0, 100))
          response.destroy()
          return true
        }
        return undefined
      },
      'CHART_UNREACHABLE',
      /does not answer/,
    ],
    'whose archive was cut off at its source': [
      () => void site.add('web', '1.0.0', { archive: packChart('web', sampleChart('web', '1.0.0')).subarray(0, 100) }),
      'CHART_ARCHIVE',
      /damaged/,
    ],
    'whose archive is larger than fetched': [
      () => {
        site.add('web', '1.0.0')
        site.fault = ({ url }, response) => {
          if (!url?.endsWith('.tgz')) return false
          const piece = Buffer.alloc(1024 ** 2)
          const send = () => {
            while (!response.destroyed && response.write(piece));
          }
          response.on('drain', send)
          send()
          return true
        }
        return undefined
      },
      'CHART_ARCHIVE',
      /more than 50 MiB/,
    ],
    'of a server that is lost': [
      () => {
        site.fault = ({ socket }) => Boolean(socket.destroy())
        return undefined
      },
      'CHART_UNREACHABLE',
      /does not answer/,
    ],
    'of a server that never answers': [
      () => {
        site.fault = () => true
        return { timeoutMs: 200 }
      },
      'CHART_UNREACHABLE',
      /took too long/,
    ],
    'of a server that is out of order': [
      () => {
        site.fault = (_, response) => Boolean(response.writeHead(503).end())
        return undefined
      },
      'CHART_UNREACHABLE',
      /answers 503/,
    ],
    'of a private repository without credentials': [
      () => {
        site.fault = (_, response) => Boolean(response.writeHead(401).end())
        return undefined
      },
      'CHART_DENIED',
      /no credentials.*tokenEnv/,
    ],
    'where the variable that the operator names is not set': [
      () => {
        site.add('web', '1.0.0')
        return { entry: { tokenEnv: 'TOKEN' } }
      },
      'CHART_DENIED',
      /TOKEN is not set/,
    ],
    'of a private registry without credentials': [
      () => {
        registry.credentials = 'ann:secret'
        return oci({ version: '1.0.0' })
      },
      'CHART_DENIED',
      /no credentials/,
    ],
    'by a redirect to a host that is not allowed': [
      () => {
        site.fault = (_, response) => Boolean(response.writeHead(302, { Location: `http://${other.host}/x` }).end())
        return undefined
      },
      'CHART_HOST_REFUSED',
      /sends to 127\.0\.0\.1:\d+.*`hosts: \[127\.0\.0\.1:\d+\]`/,
    ],
    'by a redirect to a file': [
      () => {
        site.fault = (_, response) => Boolean(response.writeHead(302, { Location: 'file:///etc/passwd' }).end())
        return undefined
      },
      'CHART_HOST_REFUSED',
      /sends to file:/,
    ],
    'by redirects without end': [
      () => {
        site.fault = ({ url }, response) => Boolean(response.writeHead(302, { Location: `${url}x` }).end())
        return undefined
      },
      'CHART_INDEX',
      /without end/,
    ],
    'whose index leads to a host that is not allowed': [
      () => void site.add('web', '1.0.0', { url: `http://${other.host}/web.tgz` }),
      'CHART_HOST_REFUSED',
      /`hosts: \[127/,
    ],
    'whose index leads to an address with credentials': [
      () => void site.add('web', '1.0.0', { url: `http://a:b@${site.host}/web.tgz` }),
      'CHART_HOST_REFUSED',
      /with credentials/,
    ],
    'whose registry sends for the token to a host that is not allowed': [
      () => {
        registry.fault = (_, response) =>
          Boolean(response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="http://${other.host}/token"` }).end())
        return oci({ version: '1.0.0' })
      },
      'CHART_HOST_REFUSED',
      /`hosts: \[127/,
    ],
    'whose registry sends for the blob to a host that is not allowed': [
      () => {
        registry.add('acme/charts', 'web', '1.0.0')
        registry.fault = ({ url }, response) => {
          if (!url?.includes('/blobs/')) return false
          response.writeHead(307, { Location: `http://${other.host}/blob` }).end()
          return true
        }
        return oci({ version: '1.0.0' })
      },
      'CHART_HOST_REFUSED',
      /`hosts: \[127/,
    ],
    'whose manifest is not what the registry promised': [
      () => {
        registry.add('acme/charts', 'web', '1.0.0')
        registry.fault = ({ url }, response) => {
          if (!url?.includes('/manifests/')) return false
          response.writeHead(200, { 'Docker-Content-Digest': `sha256:${sha256('another')}` }).end('{}')
          return true
        }
        return oci({ version: '1.0.0' })
      },
      'CHART_DIGEST',
      /promises sha256:/,
    ],
    'whose blob is not what the manifest promised': [
      () => {
        const archive = registry.add('acme/charts', 'web', '1.0.0')
        registry.blobs.set(`sha256:${sha256(archive)}`, packChart('web', sampleChart('web', '6.6.6')))
        return oci({ version: '1.0.0' })
      },
      'CHART_DIGEST',
      /promises sha256:/,
    ],
    'whose artifact is no chart': [
      () => {
        const config = {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: `sha256:${sha256('')}`,
          size: 0,
        }
        registry.manifests.set('acme/charts/web:1.0.0', Buffer.from(JSON.stringify({ config, layers: [] })))
        return oci({ version: '1.0.0' })
      },
      'CHART_INDEX',
      /no chart but application\/vnd\.oci\.image\.config/,
    ],
    'whose archive is another chart': [
      () => void site.add('web', '1.0.0', { files: sampleChart('other', '1.0.0') }),
      'CHART_ARCHIVE',
      /a chart called "other"/,
    ],
    'whose archive holds no Chart.yaml': [
      () => void site.add('web', '1.0.0', { files: { 'values.yaml': '' } }),
      'CHART_ARCHIVE',
      /holds no Chart\.yaml/,
    ],
    'whose Chart.yaml cannot be read': [
      () => void site.add('web', '1.0.0', { files: { 'Chart.yaml': 'name: [web' } }),
      'CHART_ARCHIVE',
      /Chart\.yaml cannot be read/,
    ],
    'whose archive lacks a dependency': [
      () => {
        const dependency =
          '\ndependencies:\n- {name: redis, version: 1.0.0, repository: "https://charts.example.com"}\n'
        const files = sampleChart('web', '1.0.0')
        site.add('web', '1.0.0', { files: { ...files, 'Chart.yaml': files['Chart.yaml'] + dependency } })
        return undefined
      },
      'CHART_DEPENDENCY',
      /depends on: redis/,
    ],
    'whose archive holds a link': [
      () => void site.add('web', '1.0.0', { archive: packChart('web/..', sampleChart('web', '1.0.0')) }),
      'CHART_ARCHIVE',
      /not a path inside a chart/,
    ],
  }
  test.each(Object.entries(cases))('%s', async (_, [prepare, code, words]) => {
    const error = await refusal(prepare())
    expect(error.problems).toEqual([expect.objectContaining({ code, file: 'prod/kustomization.yaml', line: 3 })])
    expect(`${error.problems[0]?.message} ${error.problems[0]?.remedy}`).toMatch(words)
    expect(error.kind).toBe(code === 'CHART_UNREACHABLE' ? 'unreachable' : 'refused')
  })

  test('and never with a token in its words', async () => {
    site.fault = (_, response) => Boolean(response.writeHead(401).end('a-token'))
    const error = await refusal({ entry: { tokenEnv: 'TOKEN' }, env: { TOKEN: 'a-token' } })
    expect(JSON.stringify(error.problems)).not.toContain('a-token')
    expect(error.code).toBe('CHART_DENIED')
  })
})

describe('over TLS', () => {
  let secure: ChartRepositoryServer
  let dispatcher: Agent
  beforeEach(async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(scratch.path, name)) as [string, string]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'pipe' },
    )
    const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
    secure = await startChartRepository({ tls })
    dispatcher = new Agent({ connect: { ca: tls.cert } })
  })
  afterEach(() => Promise.all([secure.stop(), dispatcher.close()]))

  test('a chart is opened where the certificate is trusted', async () => {
    secure.add('web', '1.2.3')
    expect(await open({ repo: secure.url, dispatcher })).toMatchObject({ version: '1.2.3' })
  })

  test('a certificate that nobody vouches for is refused', async () => {
    secure.add('web', '1.2.3')
    expect((await refusal({ repo: secure.url })).problems).toMatchObject([{ code: 'CHART_UNREACHABLE' }])
  })

  test('nothing leads from there to a server without it, not even to one that is allowed', async () => {
    secure.add('web', '1.2.3', { url: `http://${other.host}/web.tgz` })
    const asked = { repo: secure.url, dispatcher, hosts: [other.host] }
    expect((await refusal(asked)).problems[0]).toMatchObject({ code: 'CHART_HOST_REFUSED', remedy: 'Use https only.' })
    secure.fault = (_, response) => Boolean(response.writeHead(302, { Location: `http://${other.host}/` }).end())
    expect((await refusal(asked)).code).toBe('CHART_HOST_REFUSED')
    expect(other.seen).toEqual([])
  })
})

test('what nobody waits for any more is called off', async () => {
  site.fault = () => true
  const stop = new AbortController()
  const allowed = [{ repository: site.url, hosts: [] }]
  const charts = createCharts({ directory: scratch.path, allowed, env: {} })
  const work = charts.open({ repo: site.url, name: 'web', file: 'a', line: 1 }, { signal: stop.signal })
  stop.abort(new Error('no longer wanted'))
  await expect(work).rejects.toThrow('no longer wanted')
})
