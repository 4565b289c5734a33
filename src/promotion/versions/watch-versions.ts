import { findOverlays } from '../../config/layout.ts'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { VersionWatch } from '../../config/versions.ts'
import { LockstepError } from '../../model/errors.ts'
import type { ImageRegistries } from '../../model/image-registries.ts'
import type { Mirror } from '../../model/mirror.ts'
import type { Outcome } from '../../model/outcome.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { BumpPorts } from './bump-place.ts'
import { chooseTag } from './choose-tag.ts'
import { chooseFirst } from './first-environment.ts'
import { type ImagePlace, readImagePlaces } from './image-places.ts'
import type { ImageVersion } from './image-version.ts'
import { publishBump } from './publish-bump.ts'

export interface WatchPorts extends BumpPorts {
  readonly mirror: Pick<Mirror, 'fetch' | 'resolve'>
  readonly registries: ImageRegistries
}

/**
 * Asks the registries of the images that the default branch's configuration watches, and proposes what is new as `lockstep bump` would: one
 * pull request an application. GitHub is asked for nothing else where nothing is new. What one registry or application gets wrong keeps no
 * other from its new version.
 */
export async function watchVersions(ports: WatchPorts): Promise<Outcome[]> {
  await ports.mirror.fetch()
  const tip = await ports.mirror.resolve(`refs/heads/${await ports.repository.defaultBranch()}`)
  const tree = tip ? (await ports.open(tip)).tree : undefined
  const config = tree ? await ports.loadConfig(tree) : undefined
  if (!tree || !config?.versions) return []
  const sources = await readSources(tree, await findOverlays(config, tree))
  const found: Found[] = []
  for (const watch of config.versions) found.push(...(await lookAt(ports, { config, sources }, watch)))
  const outcomes = found.flatMap((each) => ('outcome' in each ? each.outcome : []))
  const wishes = Map.groupBy(
    found.flatMap((each) => ('wish' in each ? each.wish : [])),
    ({ application, environment }) => `${application} ${environment}`,
  )
  for (const [wish, ...others] of wishes.values()) {
    if (!wish) continue
    const versions = [wish, ...others].map(({ version }) => version)
    outcomes.push(await propose(ports, { ...wish, versions }))
  }
  return outcomes
}

interface Repository {
  readonly config: RepositoryConfig
  readonly sources: Sources
}

interface Wish {
  readonly application: string
  readonly environment: string
  readonly version: ImageVersion
}

type Found = { readonly wish: Wish } | { readonly outcome: Outcome }

async function lookAt(ports: WatchPorts, repository: Repository, watch: VersionWatch): Promise<Found[]> {
  const found: Found[] = []
  for (const application of watch.apps ?? applicationsOf(repository)) {
    const details = { application, image: watch.image }
    try {
      const wish = await wishFor(ports, repository, watch, application)
      if (wish) found.push({ wish })
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error
      found.push({ outcome: refusal(error, details) })
      // Nobody else's question would be answered either.
      if (error.kind === 'unreachable') break
    }
  }
  return found
}

function applicationsOf({ sources }: Repository): string[] {
  return [...new Set(sources.overlays.map(({ application }) => application))]
}

/** Undefined where the application does not use the image, or has the newest version that the policy takes in. */
async function wishFor(
  { registries }: WatchPorts,
  { config, sources }: Repository,
  watch: VersionWatch,
  application: string,
): Promise<Wish | undefined> {
  const uses = await placesOf(sources, application, watch.image)
  if (uses.size === 0) {
    if (watch.apps) throw notUsed(application, watch.image)
    return undefined
  }
  const { environment: asked } = watch
  const environment = chooseFirst(config, sources.overlays, { application, environment: asked })
  const places = uses.get(environment) ?? []
  const tags = await registries.tags(watch.image)
  const current = places.flatMap((place) => place.current.tag ?? [])
  const tag = chooseTag([...tags, ...current], watch.policy)
  if (places.length === 0 || tag === undefined || !tags.includes(tag)) return undefined
  const digest = places.some((place) => place.current.digest) ? await registries.digest(watch.image, tag) : undefined
  const isThere = places.every((place) => place.current.tag === tag && (!digest || place.current.digest === digest))
  const version = { name: watch.image, tag, ...(digest !== undefined && { digest }) }
  return isThere ? undefined : { application, environment, version }
}

/** Where the application's overlays say the image's version, by environment. */
async function placesOf(sources: Sources, application: string, image: string): Promise<Map<string, ImagePlace[]>> {
  const places = new Map<string, ImagePlace[]>()
  for (const overlay of sources.overlays.filter((each) => each.application === application)) {
    const own = (await readImagePlaces(sources, overlay)).find(image)
    if (own.length > 0) places.set(overlay.environment, [...(places.get(overlay.environment) ?? []), ...own])
  }
  return places
}

/** An older one than is proposed or there is no fault here: nobody asked for it. */
async function propose(
  ports: WatchPorts,
  wish: Omit<Wish, 'version'> & { readonly versions: readonly ImageVersion[] },
): Promise<Outcome> {
  const { application, environment } = wish
  const details = { application, environment }
  try {
    return (await publishBump(ports, { ...wish, allowDowngrade: false })).outcome
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    return error.code === 'VERSION_OLDER' ? outcome('nothing', 'NOTHING_TO_BUMP', { details }) : refusal(error, details)
  }
}

function notUsed(application: string, image: string): LockstepError {
  const message = `${application} uses no image "${image}", which \`versions\` watches for it.`
  return new LockstepError({ code: 'IMAGE_UNKNOWN', message, remedy: 'Correct `versions` in .lockstep.yaml.' })
}
