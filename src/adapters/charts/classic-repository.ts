import { checkHost, type HttpAnswer, httpCall } from '../oci/http-call.ts'
import { answerFault } from './answer-fault.ts'
import { ChartFault } from './chart-failure.ts'
import { digestOf } from './chart-store.ts'
import { chooseVersion } from './choose-version.ts'
import { type IndexEntry, readIndex } from './index-file.ts'
import {
  authorizationOf,
  type ClientOptions,
  type FoundChart,
  MAX_ARCHIVE_BYTES,
  type RepositoryClient,
} from './repository-client.ts'

const MAX_INDEX_BYTES = 64 * 1024 ** 2

/** A repository with an index.yaml, as `helm repo index` makes it. */
export function createClassicRepository(options: ClientOptions): RepositoryClient {
  const home = new URL(`${options.repository}/`)
  const authorization = authorizationOf(options, 'Bearer')
  const hosts = options.entry.hosts
  const get = async (url: URL, what: string, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> => {
    const credentials = url.origin === home.origin ? authorization : undefined
    const { dispatcher } = options
    const answer = await httpCall({
      url,
      hosts: [...hosts, home.host],
      authorization: credentials,
      maxBytes,
      signal,
      dispatcher,
    })
    if (answer.status !== 200) throw answerFault(answer, what, authorization !== undefined)
    return answer
  }
  return {
    async find(name, version, signal) {
      const { body } = await get(new URL('index.yaml', home), 'index.yaml', MAX_INDEX_BYTES, signal)
      const entry = chooseEntry(readIndex(body.toString('utf8'), name), name, version, options.repository)
      const url = addressOf(entry, home, hosts)
      return toFound(entry, (stop) => get(url, `archive of ${name} ${entry.version}`, MAX_ARCHIVE_BYTES, stop))
    },
  }
}

function toFound(entry: IndexEntry, get: (signal: AbortSignal) => Promise<HttpAnswer>): FoundChart {
  const digest = entry.digest && `sha256:${entry.digest.replace(/^sha256:/, '').toLowerCase()}`
  return {
    version: entry.version,
    ...(digest && { digest }),
    async download(signal) {
      const { body } = await get(signal)
      if (digest !== undefined && digestOf(body) !== digest) throw otherDigest(digest, digestOf(body))
      return body
    },
  }
}

function chooseEntry(
  entries: readonly IndexEntry[] | undefined,
  name: string,
  version: string | undefined,
  repository: string,
): IndexEntry {
  const known = (entries ?? []).map((entry) => entry.version)
  const chosen = chooseVersion(known, version)
  const entry = entries?.find((candidate) => candidate.version === chosen)
  if (entry) return entry
  const what = entries === undefined ? `chart ${name}` : `version ${version ?? ''} of ${name}`
  const latest = chooseVersion(known, undefined)
  const remedy = latest ? `The newest there is ${latest}.` : 'Correct `name`, `version` or `repo`.'
  throw new ChartFault('CHART_NOT_FOUND', `${repository} has no ${what}`, remedy)
}

/** Relative addresses are meant from where the index stands. */
function addressOf(entry: IndexEntry, home: URL, hosts: readonly string[]): URL {
  const url = URL.parse(entry.urls[0] ?? '', home.href)
  if (!url || entry.urls.length === 0) {
    throw new ChartFault('CHART_INDEX', `the index names no address for version ${entry.version}`, 'Tell its owner.')
  }
  checkHost(url, home, { url: home, hosts })
  return url
}

export function otherDigest(expected: string, found: string): ChartFault {
  return new ChartFault(
    'CHART_DIGEST',
    `the repository promises ${expected} and sends ${found}`,
    'Do not use it before the owner of the repository has explained this.',
  )
}
