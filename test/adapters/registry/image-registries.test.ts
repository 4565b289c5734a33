import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createRegistries } from '../../../src/adapters/registry/open-registries.ts'
import type { RegistrySource } from '../../../src/config/registries.ts'
import type { HttpSite } from '../../support/http-site.ts'
import { startSite } from '../../support/http-site.ts'
import { type ImageRegistrySite, startImageRegistry } from '../../support/image-registry.ts'

const INTERVAL_MS = 120_000
const ENV = { REGISTRY_USER: 'robot', REGISTRY_PASSWORD: 'hunter-2' }
const CREDENTIALS = { usernameEnv: 'REGISTRY_USER', passwordEnv: 'REGISTRY_PASSWORD' }
const BASIC = `Basic ${Buffer.from('robot:hunter-2').toString('base64')}`

let registry: ImageRegistrySite
let image: string
let now: number
let calls: { host: string; status: number }[]
beforeEach(async () => {
  registry = await startImageRegistry()
  image = `${registry.host}/shop/web`
  now = Date.parse('2026-11-21T12:00:00Z')
  calls = []
  for (const tag of ['1.0.0', '1.1.0', '1.2.0']) registry.push('shop/web', tag)
})
afterEach(() => registry.stop())

function open(change: Partial<RegistrySource> = {}, env: Record<string, string> = ENV) {
  const source = { host: registry.host, hosts: [], intervalMs: INTERVAL_MS, ...change }
  const registries = createRegistries({ sources: [source], env, now: () => now, observe: (call) => calls.push(call) })
  return registries('acme/shop')
}

/** What a refusal says, which never holds a credential. */
async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => 'nothing was refused',
    (thrown: unknown) => thrown,
  )
  expect(inspect(error, { depth: 10 })).not.toMatch(/hunter-2|cm9ib3Q6/)
  return String(error)
}

const lists = () => registry.seen.filter(({ line }) => line.includes('/tags/list'))

describe('tags of an image', () => {
  test('are read from all pages, each of which is asked for once', async () => {
    registry.pageSize = 2
    expect(await open().tags(image)).toEqual(['1.0.0', '1.1.0', '1.2.0'])
    expect(lists().map(({ line }) => line)).toEqual([
      'GET /v2/shop/web/tags/list?n=1000',
      'GET /v2/shop/web/tags/list?last=1.1.0&n=2',
    ])
  })

  test('are asked for once in the interval, then only for what changed since', async () => {
    registry.pageSize = 2
    const { tags } = open()
    await Promise.all([tags(image), tags(image)])
    now += INTERVAL_MS - 1
    await tags(image)
    expect(lists()).toHaveLength(2)
    now += 1
    expect(await tags(image)).toEqual(['1.0.0', '1.1.0', '1.2.0'])
    expect(registry.answered.slice(2)).toEqual(Array(2).fill('GET /v2/shop/web/tags/list 304'))
    registry.push('shop/web', '1.3.0')
    now += INTERVAL_MS
    expect(await tags(image)).toEqual(['1.0.0', '1.1.0', '1.2.0', '1.3.0'])
    expect(registry.answered.slice(4)).toEqual([304, 200].map((status) => `GET /v2/shop/web/tags/list ${status}`))
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 304, 304, 304, 200])
  })

  test('are read whole each time where the registry gives no ETag', async () => {
    registry.hasEtags = false
    const { tags } = open()
    await tags(image)
    registry.push('shop/web', '2.0.0')
    now += INTERVAL_MS
    expect(await tags(image)).toContain('2.0.0')
  })

  test('that are no tags are left out', async () => {
    registry.fault = (_request, response) => {
      response.end(
        JSON.stringify({ tags: ['1.0', 'a b', '1.0\nLockstep-Base: x', '', 7, null, '.x', 'x'.repeat(129)] }),
      )
      return true
    }
    expect(await open().tags(image)).toEqual(['1.0'])
  })

  test('of an image that has none are none', async () => {
    registry.fault = (_request, response) => {
      response.end('{"name":"shop/web","tags":null}')
      return true
    }
    expect(await open().tags(image)).toEqual([])
  })
})

describe('the digest that a tag stands for', () => {
  test('is asked for without the manifest, then only whether it still is', async () => {
    const digest = registry.push('shop/web', '1.2.0')
    const registries = open()
    expect(await registries.digest(image, '1.2.0')).toBe(digest)
    await registries.digest(image, '1.2.0')
    now += INTERVAL_MS
    expect(await registries.digest(image, '1.2.0')).toBe(digest)
    const moved = registry.push('shop/web', '1.2.0')
    now += INTERVAL_MS
    expect(await registries.digest(image, '1.2.0')).toBe(moved)
    expect(registry.answered).toEqual([200, 304, 200].map((status) => `HEAD /v2/shop/web/manifests/1.2.0 ${status}`))
  })

  test('is made from the manifest where the registry does not say it', async () => {
    const digest = registry.push('shop/web', '1.2.0')
    const manifest = registry.images.get('shop/web')?.get('1.2.0') ?? ''
    registry.fault = (request, response) => {
      response.end(request.method === 'HEAD' ? undefined : manifest)
      return true
    }
    expect(await open().digest(image, '1.2.0')).toBe(digest)
  })

  test('is none where the tag is gone', async () => {
    expect(await open().digest(image, '9.9.9')).toBeUndefined()
  })
})

describe('a registry that wants a token', () => {
  test('is given one that it gives to everybody, which is used until it ends', async () => {
    registry.wantsToken = true
    const { tags } = open()
    expect(await tags(image)).toHaveLength(3)
    now += INTERVAL_MS
    await tags(image)
    expect(registry.seen.map(({ line }) => line.replace(/\?.*/, ''))).toEqual([
      'GET /v2/shop/web/tags/list',
      'GET /token',
      'GET /v2/shop/web/tags/list',
      'GET /v2/shop/web/tags/list',
    ])
    registry.expireTokens()
    now += INTERVAL_MS
    expect(await tags(image)).toHaveLength(3)
  })

  test('is asked for it with the credentials, for this image alone, and sees them nowhere else', async () => {
    registry.credentials = 'robot:hunter-2'
    expect(await open(CREDENTIALS).tags(image)).toHaveLength(3)
    const asked = registry.seen.filter(({ line }) => line.startsWith('GET /token'))
    expect(asked).toEqual([
      { line: 'GET /token?service=test&scope=repository%3Ashop%2Fweb%3Apull', authorization: BASIC },
    ])
    expect(lists().every(({ authorization }) => authorization !== BASIC)).toBe(true)
  })

  test.each<[string, Partial<RegistrySource>, Record<string, string>, RegExp]>([
    ['without credentials', {}, ENV, /REGISTRY_DENIED.*named no credentials/],
    ['with wrong ones', CREDENTIALS, { ...ENV, REGISTRY_PASSWORD: 'hunter-22' }, /REGISTRY_DENIED.*refused the cred/],
    ['whose variable is not set', CREDENTIALS, { REGISTRY_USER: 'robot' }, /REGISTRY_DENIED.*REGISTRY_PASSWORD is not/],
  ])('refuses %s, in words', async (_what, change, env, words) => {
    registry.credentials = 'robot:hunter-2'
    expect(await refusal(open(change, env).tags(image))).toMatch(words)
  })

  test('at a server that is not listed is not sent the credentials', async () => {
    await withSite(async (elsewhere) => {
      const challenge = `Bearer realm="${elsewhere.url}/token",service="test"`
      registry.fault = (_request, response) => {
        response.writeHead(401, { 'WWW-Authenticate': challenge }).end()
        return true
      }
      expect(await refusal(open(CREDENTIALS).tags(image))).toContain('REGISTRY_HOST_REFUSED')
      expect(elsewhere.seen).toEqual([])
    })
  })
})

describe('a redirect', () => {
  test('to a server that is not listed is refused', async () => {
    await withSite(async (elsewhere) => {
      redirectTo(elsewhere)
      expect(await refusal(open(CREDENTIALS).tags(image))).toContain('REGISTRY_HOST_REFUSED')
      expect(elsewhere.seen).toEqual([])
    })
  })

  test('to one that is listed is followed without token and credentials', async () => {
    await withSite(async (elsewhere) => {
      registry.credentials = 'robot:hunter-2'
      const source = { ...CREDENTIALS, hosts: [elsewhere.host] }
      const registries = open(source)
      await registries.tags(image)
      redirectTo(elsewhere)
      now += INTERVAL_MS
      expect(await registries.tags(image)).toEqual(['9.0.0'])
      expect(elsewhere.seen).toEqual([{ line: 'GET /list', authorization: undefined }])
    })
  })

  function redirectTo(elsewhere: HttpSite): void {
    registry.fault = (_request, response) => {
      response.writeHead(307, { Location: `${elsewhere.url}/list` }).end()
      return true
    }
  }
})

describe('a registry that wants to be left alone', () => {
  test.each<[string, number, Record<string, string>, number]>([
    ['for some seconds', 429, { 'Retry-After': '90' }, 90_000],
    ['until a time', 429, { 'Retry-After': 'Sat, 21 Nov 2026 12:05:00 GMT' }, 300_000],
    ['for how long it does not say', 429, {}, 60_000],
    ['for too long', 429, { 'Retry-After': '999999' }, 3_600_000],
    ['while it is looked after', 503, { 'Retry-After': '30' }, 30_000],
  ])('%s is asked for nothing until then, whatever the image', async (_what, status, headers, wait) => {
    const registries = open({ intervalMs: 0 })
    registry.fault = (_request, response) => {
      response.writeHead(status, headers).end()
      return true
    }
    const until = new Date(now + wait).toISOString()
    expect(await refusal(registries.tags(image))).toMatch(
      `REGISTRY_LIMITED ${registry.host} wants no question before ${until}`,
    )
    registry.fault = undefined
    now += wait - 1
    expect(await refusal(registries.tags(`${registry.host}/shop/api`))).toContain('REGISTRY_LIMITED')
    expect(registry.seen).toHaveLength(1)
    now += 1
    expect(await registries.tags(image)).toHaveLength(3)
  })

  test('while it gives tokens is left alone too', async () => {
    registry.wantsToken = true
    registry.fault = (request, response) => {
      if (!request.url?.startsWith('/token')) return false
      response.writeHead(429, { 'Retry-After': '90' }).end()
      return true
    }
    const registries = open({ intervalMs: 0 })
    expect(await refusal(registries.tags(image))).toContain('REGISTRY_LIMITED')
    expect(await refusal(registries.tags(image))).toContain('REGISTRY_LIMITED')
    expect(registry.seen).toHaveLength(2)
  })
})

describe('a registry that goes wrong is told in one sentence', () => {
  test.each<[string, number, string, RegExp]>([
    ['with an error of its own', 500, '', /REGISTRY_UNREACHABLE .* answers 500 for/],
    ['by saying no', 403, '', /REGISTRY_DENIED/],
    ['by not having the image', 404, '{"errors":[{"code":"NAME_UNKNOWN"}]}', /REGISTRY_IMAGE_NOT_FOUND/],
    ['with a web page', 200, '<html>hunter-2</html>', /REGISTRY_ANSWER .* no JSON/],
    ['with more than is read', 200, ' '.repeat(5 * 1024 ** 2), /REGISTRY_ANSWER .* sends more than 4 MiB/],
  ])('%s', async (_what, status, body, words) => {
    registry.fault = (_request, response) => {
      response.writeHead(status).end(body)
      return true
    }
    expect(await refusal(open().tags(image))).toMatch(words)
  })

  test('by not answering; then it is left alone for a minute', async () => {
    const registries = open({ intervalMs: 0 })
    registry.fault = (request) => {
      request.socket.destroy()
      return true
    }
    expect(await refusal(registries.tags(image))).toContain('REGISTRY_UNREACHABLE')
    expect(await refusal(registries.tags(`${registry.host}/shop/api`))).toContain('REGISTRY_UNREACHABLE')
    expect(registry.seen).toHaveLength(1)
    expect(calls).toEqual([{ host: registry.host, status: 0 }])
    registry.fault = undefined
    now += 60_000
    expect(await registries.tags(image)).toHaveLength(3)
  })

  test('by pages without end, of which it is asked for 200', async () => {
    registry.fault = (_request, response) => {
      response.writeHead(200, { Link: '</v2/shop/web/tags/list?again>; rel="next"' }).end('{"tags":["1.0.0"]}')
      return true
    }
    expect(await refusal(open().tags(image))).toMatch(/REGISTRY_ANSWER .*200 pages/)
    expect(registry.seen).toHaveLength(200)
  })

  test.each([
    ['of another server', '<http://169.254.169.254/latest>; rel="next"', /REGISTRY_ANSWER .* continues .* elsewhere/],
    ['that has more to say', '</v2/shop/web/tags/list?last=x>; title="a"; rel="next"', /200 pages/],
  ])('by a next page %s', async (_what, link, words) => {
    registry.fault = (_request, response) => {
      response.writeHead(200, { Link: link }).end('{"tags":["1.0.0"]}')
      return true
    }
    expect(await refusal(open().tags(image))).toMatch(words)
  })
})

test('only what the operator lists for the repository is asked, and nothing is sent elsewhere', async () => {
  expect(await refusal(open().tags('ghcr.io/acme/web'))).toMatch(/REGISTRY_NOT_ALLOWED .*host: ghcr\.io/)
  const foreign = open({ repositories: ['acme/other'] })
  expect(await refusal(foreign.tags(image))).toContain('REGISTRY_NOT_ALLOWED')
  expect(await refusal(foreign.digest(image, '1.0.0'))).toContain('REGISTRY_NOT_ALLOWED')
  expect(registry.seen).toEqual([])
})

async function withSite(act: (site: HttpSite) => Promise<void>): Promise<void> {
  const site = await startSite((_request, response) => void response.end('{"tags":["9.0.0"]}'))
  await act(site).finally(() => site.stop())
}
