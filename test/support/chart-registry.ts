import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ChartFiles, packChart, sampleChart, sha256 } from './chart-repository.ts'
import { type HttpSite, startSite } from './http-site.ts'

/** A registry after the OCI distribution specification on loopback, as far as pushing and pulling charts goes. */
export interface ChartRegistry extends HttpSite {
  /** `oci://HOST`. */
  readonly oci: string
  /** By digest, everything that was pushed. */
  readonly blobs: Map<string, Buffer>
  /** `name:tag` and `name@digest`. */
  readonly manifests: Map<string, Buffer>
  /** Puts a chart below a path, as `helm push` would; answers the archive. */
  add(path: string, name: string, version: string, options?: { files?: ChartFiles; archive?: Buffer }): Buffer
  /** Once set, nothing is given without a token from this site, and none is given without these credentials. */
  credentials: string | undefined
  /** Only the anonymous token is wanted. */
  wantsToken: boolean
  /** How many tags a page of the list holds. */
  pageSize: number
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const TOKEN = 'a-token-of-this-registry'

export async function startChartRegistry(): Promise<ChartRegistry> {
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Buffer>()
  const site = await startSite((request, response) => {
    handle(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  const registry: ChartRegistry = Object.assign(site, {
    oci: `oci://${site.host}`,
    blobs,
    manifests,
    credentials: undefined,
    wantsToken: false,
    pageSize: 1_000,
    add(path: string, name: string, version: string, given: { files?: ChartFiles; archive?: Buffer } = {}) {
      const archive = given.archive ?? packChart(name, given.files ?? sampleChart(name, version))
      const config = Buffer.from(JSON.stringify({ name, version, apiVersion: 'v2' }))
      const layers = [descriptor(LAYER, keep(archive), archive.length)]
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: descriptor(CONFIG, keep(config), config.length),
        layers,
      }
      putManifest(`${path}/${name}`, version.replaceAll('+', '_'), Buffer.from(JSON.stringify(manifest)))
      return archive
    },
  })
  return registry

  function keep(content: Buffer): string {
    const digest = `sha256:${sha256(content)}`
    blobs.set(digest, content)
    return digest
  }

  function putManifest(name: string, reference: string, content: Buffer): string {
    const digest = `sha256:${sha256(content)}`
    manifests.set(`${name}@${digest}`, content)
    if (!reference.startsWith('sha256:')) manifests.set(`${name}:${reference}`, content)
    return digest
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${site.host}`)
    if (url.pathname === '/token') return giveToken(request, response)
    if ((registry.wantsToken || registry.credentials) && request.headers.authorization !== `Bearer ${TOKEN}`) {
      const name = /^\/v2\/(.*)\/(?:manifests|blobs|tags)\//.exec(url.pathname)?.[1] ?? ''
      const challenge = `Bearer realm="http://${site.host}/token",service="test",scope="repository:${name}:pull"`
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end('{"errors":[{"code":"UNAUTHORIZED"}]}')
      return
    }
    if (url.pathname === '/v2/') return void response.end('{}')
    const [, name = '', kind = '', reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.*)$/.exec(url.pathname) ?? []
    if (kind === 'tags') return listTags(name, url, response)
    if (kind === 'blobs' && request.method === 'POST') {
      return void response.writeHead(202, { Location: `/v2/${name}/blobs/uploads/1` }).end()
    }
    if (request.method === 'PUT') return put(request, response, { name, kind, reference, url })
    const content =
      kind === 'blobs'
        ? blobs.get(reference)
        : manifests.get(`${name}${reference.includes(':') ? '@' : ':'}${reference}`)
    if (!content) return void response.writeHead(404).end('{"errors":[{"code":"NOT_FOUND"}]}')
    const type = kind === 'manifests' ? MANIFEST : 'application/octet-stream'
    const headers = {
      'Content-Type': type,
      'Content-Length': content.length,
      'Docker-Content-Digest': `sha256:${sha256(content)}`,
    }
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : content)
  }

  function giveToken(request: IncomingMessage, response: ServerResponse): void {
    const expected = registry.credentials && `Basic ${Buffer.from(registry.credentials).toString('base64')}`
    if (expected && request.headers.authorization !== expected) return void response.writeHead(401).end()
    response.end(JSON.stringify({ token: TOKEN, expires_in: 300 }))
  }

  function listTags(name: string, url: URL, response: ServerResponse): void {
    const tags = [...manifests.keys()]
      .filter((key) => key.startsWith(`${name}:`))
      .map((key) => key.slice(name.length + 1))
      .sort()
    if (tags.length === 0) return void response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN"}]}')
    const last = url.searchParams.get('last')
    const from = last === null ? 0 : tags.indexOf(last) + 1
    const page = tags.slice(from, from + registry.pageSize)
    const more = from + page.length < tags.length
    const link = more ? { Link: `</v2/${name}/tags/list?last=${page.at(-1)}>; rel="next"` } : {}
    response.writeHead(200, { 'Content-Type': 'application/json', ...link }).end(JSON.stringify({ name, tags: page }))
  }

  async function put(
    request: IncomingMessage,
    response: ServerResponse,
    { name, kind, reference, url }: { name: string; kind: string; reference: string; url: URL },
  ): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const content = Buffer.concat(chunks)
    const promised = kind === 'blobs' ? url.searchParams.get('digest') : undefined
    const digest = kind === 'blobs' ? keep(content) : putManifest(name, reference, content)
    if (promised && promised !== digest)
      return void response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID"}]}')
    response.writeHead(201, { 'Docker-Content-Digest': digest, Location: `/v2/${name}/${kind}/${digest}` }).end()
  }
}

function descriptor(mediaType: string, digest: string, size: number) {
  return { mediaType, digest, size }
}
