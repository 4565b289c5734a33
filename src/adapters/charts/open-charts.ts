import type { Dispatcher } from 'undici'
import { allowedCharts, type ChartRepository } from '../../config/remote-sources.ts'
import type { ChartRequest, Charts, OpenedChart } from '../../model/charts.ts'
import { LockstepError } from '../../model/errors.ts'
import { chartRepository, notAllowed } from '../../model/kustomization/chart-reference.ts'
import { toProblem } from '../../model/kustomization/references.ts'
import { parseVersion } from '../../model/semantic-version.ts'
import { atRequest, ChartFault } from './chart-failure.ts'
import { type ChartRecord, type ChartStore, digestOf, openChartStore } from './chart-store.ts'
import { checkChart } from './check-chart.ts'
import { createClassicRepository } from './classic-repository.ts'
import { createOciRegistry } from './oci-registry.ts'
import type { FoundChart, RepositoryClient } from './repository-client.ts'
import { unpackChart } from './unpack-chart.ts'

export interface ChartsOptions {
  /** Absolute; archives and records are kept here. */
  readonly directory: string
  readonly allowed: readonly ChartRepository[]
  /** Where the variables named by `tokenEnv` and `usernameEnv` are read. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of everything that one chart needs from the network, in milliseconds. */
  readonly timeoutMs?: number
  /** For servers with certificates of their own. */
  readonly dispatcher?: Dispatcher
}

const TIMEOUT_MS = 60_000

/**
 * Opens charts of classic repositories and OCI registries. What a request was once found to mean is recorded, and what is recorded and kept
 * needs no network: a range stays at the version it was resolved to for as long as the directory lives.
 */
export function createCharts(options: ChartsOptions): Charts {
  const store = openChartStore(options.directory)
  const clients = new Map<string, RepositoryClient>()
  const clientFor = (repository: string, entry: ChartRepository): RepositoryClient => {
    const create = repository.startsWith('oci://') ? createOciRegistry : createClassicRepository
    const known = clients.get(repository) ?? create({ ...options, repository, entry })
    clients.set(repository, known)
    return known
  }
  return {
    async open(request, { signal } = {}) {
      const repository = chartRepository(request.repo ?? '')
      const entry = allowedCharts(options.allowed, repository)
      if (!entry) throw refused(request)
      const deadline = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
      const stop = signal ? AbortSignal.any([signal, deadline]) : deadline
      try {
        return await open(store, () => clientFor(repository, entry), repository, request, stop)
      } catch (error) {
        throw atRequest(error, request)
      }
    },
  }
}

async function open(
  store: ChartStore,
  clientFor: () => RepositoryClient,
  repository: string,
  { name, version }: ChartRequest,
  signal: AbortSignal,
): Promise<OpenedChart> {
  const key = [repository, name, version ?? '']
  const record = await store.record(key)
  const kept = record && (await store.archive(record.digest))
  if (record && kept) return toOpened(kept, name, version, record)
  const found = await findAgain(clientFor(), name, version, record?.version, signal)
  const archive = await found.download(signal)
  const digest = digestOf(archive)
  const fresh = { version: found.version, digest, first: record?.version === found.version ? record.first : digest }
  const opened = await toOpened(archive, name, version, fresh)
  await store.keep(archive)
  await store.remember(key, fresh)
  return opened
}

/** The version that a range was resolved to, as long as the repository has it. */
async function findAgain(
  client: RepositoryClient,
  name: string,
  asked: string | undefined,
  recorded: string | undefined,
  signal: AbortSignal,
): Promise<FoundChart> {
  try {
    return await client.find(name, recorded ?? asked, signal)
  } catch (error) {
    const gone = error instanceof ChartFault && error.code === 'CHART_NOT_FOUND'
    if (!gone || recorded === undefined || recorded === asked) throw error
    return client.find(name, asked, signal)
  }
}

async function toOpened(
  archive: Buffer,
  name: string,
  asked: string | undefined,
  { version, digest, first }: ChartRecord,
): Promise<OpenedChart> {
  const files = await unpackChart(archive)
  checkChart(files, name)
  const pinned = asked !== undefined && isWhole(asked)
  return { files, digest, version, pinned, ...(first !== digest && { movedFrom: first }) }
}

/** All three numbers: nothing else can be meant. */
function isWhole(version: string): boolean {
  return parseVersion(version) !== undefined && version.split(/[-+]/)[0]?.split('.').length === 3
}

function refused(request: ChartRequest): LockstepError {
  const { name, repo, file, line } = request
  const finding = notAllowed({ name, ...(repo && { repo }), place: { line, column: 1 } })
  return new LockstepError(toProblem(file, finding))
}
