import { isStrictVersion, parseVersion } from '../../model/semantic-version.ts'
import type { HttpAnswer } from '../oci/http-call.ts'
import { createRegistryCall, nextPage, readTags, registryAddress } from '../oci/registry-call.ts'
import { answerFault } from './answer-fault.ts'
import { ChartFault } from './chart-failure.ts'
import { digestOf } from './chart-store.ts'
import { chooseVersion } from './choose-version.ts'
import { otherDigest } from './classic-repository.ts'
import { chartLayer } from './oci-manifest.ts'
import {
  authorizationOf,
  type ClientOptions,
  type FoundChart,
  MAX_ARCHIVE_BYTES,
  type RepositoryClient,
} from './repository-client.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const MAX_MANIFEST_BYTES = 4 * 1024 ** 2
const MAX_TAG_PAGES = 100

/** A registry that holds charts as OCI artifacts, as `helm push` makes them. */
export function createOciRegistry(options: ClientOptions): RepositoryClient {
  const { home, path } = addressOf(options.repository)
  const basic = authorizationOf(options, 'Basic')
  const call = createRegistryCall({ home, hosts: options.entry.hosts, basic, dispatcher: options.dispatcher })
  const ok = async (url: URL, what: string, accept: string, maxBytes: number, signal: AbortSignal) => {
    const answer = await call(url, { accept, maxBytes, signal })
    if (answer.status !== 200) throw answerFault(answer, what, basic !== undefined)
    return answer
  }
  const listTags = async (name: string, signal: AbortSignal): Promise<string[]> => {
    const tags: string[] = []
    let url: URL | null = new URL(`/v2/${path}${name}/tags/list`, home)
    for (let page = 0; url && page < MAX_TAG_PAGES; page += 1) {
      const answer: HttpAnswer = await ok(url, `chart ${path}${name}`, 'application/json', MAX_MANIFEST_BYTES, signal)
      tags.push(...readTags(answer.body))
      url = nextPage(answer, home)
    }
    return tags
  }

  return {
    async find(name, version, signal) {
      const exact = version !== undefined && parseVersion(version) !== undefined
      const chosen = exact ? version : chooseVersion((await listTags(name, signal)).flatMap(versionOf), version)
      if (chosen === undefined) {
        const what = `${options.repository} has no version ${version ?? ''} of ${name}`
        throw new ChartFault('CHART_NOT_FOUND', what, 'Correct `name`, `version` or `repo`.')
      }
      const base = new URL(`/v2/${path}${name}/`, home)
      const manifestUrl = new URL(`manifests/${chosen.replaceAll('+', '_')}`, base)
      const what = `chart ${path}${name} ${chosen}`
      const manifest = await ok(manifestUrl, what, MANIFEST, MAX_MANIFEST_BYTES, signal)
      checkDigest(manifest)
      const { digest, size } = chartLayer(manifest.body)
      const download: FoundChart['download'] = async (stop) => {
        const { body } = await ok(
          new URL(`blobs/${digest}`, base),
          what,
          '*/*',
          Math.min(size, MAX_ARCHIVE_BYTES),
          stop,
        )
        if (digestOf(body) !== digest) throw otherDigest(digest, digestOf(body))
        return body
      }
      return { version: chosen, digest, download }
    },
  }
}

/** `oci://host/path`. */
function addressOf(repository: string): { home: URL; path: string } {
  const { host, pathname } = new URL(repository.replace(/^oci:/, 'https:'))
  const path = `${pathname.replace(/^\/+|\/+$/g, '')}/`.replace(/^\//, '')
  return { home: registryAddress(host), path }
}

/** Tags cannot hold the `+` of a version. */
function versionOf(tag: string): string[] {
  const version = tag.replaceAll('_', '+')
  return isStrictVersion(version) ? [version] : []
}

function checkDigest({ headers, body }: HttpAnswer): void {
  const promised = headers['docker-content-digest']
  if (promised?.startsWith('sha256:') && digestOf(body) !== promised) throw otherDigest(promised, digestOf(body))
}
