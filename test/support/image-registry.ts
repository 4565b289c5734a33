import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpSite, startSite } from './http-site.ts'

/** A registry of images after the OCI distribution specification on loopback, as far as tags and manifests are read. */
export interface ImageRegistrySite extends HttpSite {
  /** By name of an image, e.g. `shop/web`: its tags, each with the text of its manifest. */
  readonly images: Map<string, Map<string, string>>
  /** Makes the tag stand for something new; answers its digest. */
  push(image: string, tag: string): string
  /** `user:password`: nothing is given without a token for it. */
  credentials: string | undefined
  /** Everybody is given a token, and nothing is given without one. */
  wantsToken: boolean
  /** Most tags of a page. */
  pageSize: number
  /** Whether answers carry an ETag and are not repeated. */
  hasEtags: boolean
  /** Tokens given so far count no longer. */
  expireTokens(): void
  /** What was answered, as `GET /v2/shop/web/tags/list 304`. */
  readonly answered: string[]
}

const MANIFEST = 'application/vnd.oci.image.index.v1+json'

export async function startImageRegistry(): Promise<ImageRegistrySite> {
  const images = new Map<string, Map<string, string>>()
  const tokens = new Set<string>()
  const answered: string[] = []
  const site = await startSite((request, response) => {
    const url = new URL(request.url ?? '/', `http://${site.host}`)
    response.on('finish', () => answered.push(`${request.method} ${url.pathname} ${response.statusCode}`))
    if (url.pathname === '/token') giveToken(request, response)
    else if (mayRead(request)) give(request, response, url)
    else refuse(response, url)
  })
  const registry: ImageRegistrySite = Object.assign(site, {
    images,
    answered,
    credentials: undefined,
    wantsToken: false,
    pageSize: 1_000,
    hasEtags: true,
    expireTokens: () => tokens.clear(),
    push(image: string, tag: string) {
      const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, manifests: [], id: randomUUID() })
      images.set(image, (images.get(image) ?? new Map<string, string>()).set(tag, manifest))
      return digestOf(manifest)
    },
  })
  return registry

  function mayRead({ headers }: IncomingMessage): boolean {
    return (!registry.wantsToken && !registry.credentials) || tokens.has(headers.authorization ?? '')
  }

  function refuse(response: ServerResponse, url: URL): void {
    const [, name = ''] = /^\/v2\/(.*)\/(?:manifests|tags)\//.exec(url.pathname) ?? []
    const challenge = `Bearer realm="http://${site.host}/token",service="test",scope="repository:${name}:pull"`
    response.writeHead(401, { 'WWW-Authenticate': challenge }).end('{"errors":[{"code":"UNAUTHORIZED"}]}')
  }

  function giveToken({ headers }: IncomingMessage, response: ServerResponse): void {
    const expected = registry.credentials && `Basic ${Buffer.from(registry.credentials).toString('base64')}`
    if (expected && headers.authorization !== expected) return void response.writeHead(401).end()
    const token = randomUUID()
    tokens.add(`Bearer ${token}`)
    response.end(JSON.stringify({ token, expires_in: 300 }))
  }

  function give(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|tags)\/(.*)$/.exec(url.pathname) ?? []
    const tags = images.get(name)
    const manifest = tags?.get(reference)
    if (!tags) unknown(response, 'NAME_UNKNOWN')
    else if (kind === 'tags') giveTags(request, response, { name, tags, url })
    else if (manifest === undefined) unknown(response, 'MANIFEST_UNKNOWN')
    else giveManifest(request, response, manifest)
  }

  function giveManifest(request: IncomingMessage, response: ServerResponse, manifest: string): void {
    answer(request, response, manifest, { 'Content-Type': MANIFEST, 'Docker-Content-Digest': digestOf(manifest) })
  }

  function giveTags(
    request: IncomingMessage,
    response: ServerResponse,
    { name, tags, url }: { name: string; tags: ReadonlyMap<string, string>; url: URL },
  ): void {
    const sorted = [...tags.keys()].sort()
    const last = url.searchParams.get('last')
    const size = Math.min(registry.pageSize, Number(url.searchParams.get('n') ?? registry.pageSize))
    const rest = sorted.filter((tag) => last === null || tag > last)
    const page = rest.slice(0, size)
    const link = `</v2/${name}/tags/list?last=${page.at(-1)}&n=${size}>; rel="next"`
    const headers = { 'Content-Type': 'application/json', ...(rest.length > page.length && { Link: link }) }
    answer(request, response, JSON.stringify({ name, tags: page }), headers)
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: string, headers: Record<string, string>) {
    const etag = `"${digestOf(body + headers.Link)}"`
    if (registry.hasEtags && request.headers['if-none-match'] === etag) return void response.writeHead(304).end()
    response.writeHead(200, { ...headers, ...(registry.hasEtags && { ETag: etag }) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

function unknown(response: ServerResponse, code: string): void {
  response.writeHead(404, { 'Content-Type': 'application/json' }).end(JSON.stringify({ errors: [{ code }] }))
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
