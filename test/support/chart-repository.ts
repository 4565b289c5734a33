import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { type HttpSite, type SiteOptions, startSite } from './http-site.ts'
import { tgzOf } from './tar-archive.ts'

export type ChartFiles = Readonly<Record<string, string>>

/** A chart that prints one ConfigMap, which says its version and what it was given. */
export function sampleChart(name: string, version: string, files: ChartFiles = {}): ChartFiles {
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
    'values.yaml': 'greeting: hello\n',
    'templates/settings.yaml': [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata:',
      '  name: {{ .Release.Name }}-{{ .Chart.Name }}',
      '  namespace: {{ .Release.Namespace }}',
      'data:',
      '  version: {{ .Chart.Version | quote }}',
      '  greeting: {{ .Values.greeting | quote }}',
      '',
    ].join('\n'),
    ...files,
  }
}

export function packChart(name: string, files: ChartFiles): Buffer {
  return tgzOf(Object.entries(files).map(([path, content]) => ({ name: `${name}/${path}`, content })))
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A classic chart repository on loopback, with the index that `helm repo index` would write. */
export interface ChartRepositoryServer extends HttpSite {
  /** Puts a version there, or another archive in its place; answers the archive. `digest: false`: the index does not say it. */
  add(
    name: string,
    version: string,
    options?: { files?: ChartFiles; archive?: Buffer; url?: string; digest?: string | false },
  ): Buffer
  remove(name: string, version: string): void
}

interface Version {
  readonly name: string
  readonly version: string
  readonly archive: Buffer
  readonly url: string
  readonly digest: string | false
}

export async function startChartRepository(options: SiteOptions = {}): Promise<ChartRepositoryServer> {
  const versions = new Map<string, Version>()
  const site = await startSite((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '')
    if (path.endsWith('/index.yaml')) {
      response.end(indexOf([...versions.values()]))
      return
    }
    const found = [...versions.values()].find(({ name, version }) => path.endsWith(`/${name}-${version}.tgz`))
    if (found) response.end(found.archive)
    else response.writeHead(404).end()
  }, options)
  return Object.assign(site, {
    add(name: string, version: string, given: Parameters<ChartRepositoryServer['add']>[2] = {}) {
      const archive = given.archive ?? packChart(name, given.files ?? sampleChart(name, version))
      const { url = `${name}-${version}.tgz`, digest = sha256(archive) } = given
      versions.set(`${name} ${version}`, { name, version, archive, url, digest })
      return archive
    },
    remove: (name: string, version: string) => void versions.delete(`${name} ${version}`),
  })
}

function indexOf(versions: readonly Version[]): string {
  const names = [...new Set(versions.map(({ name }) => name))].sort()
  const entries = names.map((name) => {
    const own = versions.filter((version) => version.name === name)
    const lines = own.map(({ version, url, digest }) => ({
      apiVersion: 'v2',
      name,
      version,
      urls: [url],
      ...(digest && { digest }),
    }))
    return [name, lines]
  })
  return stringify({ apiVersion: 'v1', entries: Object.fromEntries(entries), generated: '2026-01-01T00:00:00Z' })
}
