import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { TreeEntry } from '../../model/tree.ts'
import type { Sources } from '../carry/kustomization-sources.ts'
import { valuesOf } from '../carry/origin.ts'
import { overlaysOf } from '../carry/overlays-of.ts'
import { fieldsOf } from '../carry/plan.ts'
import { upstreamSources } from './plan-edge.ts'
import type { Snapshot } from './snapshot.ts'

/** SHA-256 over every value that an environment would hand on for an application. */
export async function upstreamValues(snapshot: Snapshot, application: string, environment: string): Promise<string> {
  return digestAt(await upstreamSources(snapshot, application, environment), snapshot, application, environment)
}

async function digestAt(
  sources: Sources,
  { config }: Snapshot,
  application: string,
  environment: string,
): Promise<string> {
  const fields = await fieldsOf(sources, { application, config }, environment)
  const hash = createHash('sha256')
  for (const each of fields) hash.update(`${each.overlay.cluster ?? ''}\0${valuesOf(each)}\0`)
  return hash.digest('hex')
}

const FURTHEST = 50

/** The commit of the default branch since which the environment has the values it has; the oldest looked at where none is found. */
export async function valuesSince(
  snapshot: Snapshot,
  application: string,
  environment: string,
): Promise<string | undefined> {
  const { sources } = snapshot
  const now = await digestAt(sources, snapshot, application, environment)
  const overlays = overlaysOf(snapshot.overlays, { application, environment })
  const logs = await Promise.all(overlays.map(({ path }) => snapshot.commitsBelow(path, FURTHEST)))
  const newest = await Promise.all(
    logs.map(async (log) => {
      for (const { sha, parents } of log) {
        const before = parents[0] && (await snapshot.sourcesAt(parents[0]))
        const then = before && (await digestAt(before, snapshot, application, environment).catch(() => undefined))
        if (then !== now) return sha
      }
      return log.at(-1)?.sha
    }),
  )
  return newestOf(snapshot, newest)
}

async function newestOf(snapshot: Snapshot, commits: readonly (string | undefined)[]): Promise<string | undefined> {
  let newest: string | undefined
  for (const commit of commits) if (commit && (!newest || (await snapshot.isBefore(newest, commit)))) newest = commit
  return newest
}

/** SHA-256 over the files that only this application uses in the environment: another one wherever somebody edited them. */
export function upstreamFingerprint({ sources, overlays }: Snapshot, application: string, environment: string): string {
  const directories = overlaysOf(overlays, { application, environment }).flatMap((overlay) => {
    const own = sources.closure(overlay).filter((each) => sources.isOwn(each, overlay))
    return [overlay.path, ...own.map(({ directory }) => directory)]
  })
  const hash = createHash('sha256')
  for (const directory of [...new Set(directories)].sort())
    for (const { path, id } of filesIn(sources, directory)) hash.update(`${path}\0${id}\0`)
  return hash.digest('hex')
}

const indexes = new WeakMap<Sources, Map<string, TreeEntry[]>>()

function filesIn(sources: Sources, directory: string): readonly TreeEntry[] {
  const index = indexes.get(sources) ?? Map.groupBy(sources.entries.values(), ({ path }) => posix.dirname(path))
  indexes.set(sources, index)
  return index.get(directory) ?? []
}
