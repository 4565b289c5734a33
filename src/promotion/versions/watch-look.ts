import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { VersionWatch } from '../../config/versions.ts'
import { LockstepError } from '../../model/errors.ts'
import type { ImageRegistries } from '../../model/image-registries.ts'
import type { Sources } from '../carry/kustomization-sources.ts'
import { chooseFirst, firstEnvironments } from './first-environment.ts'
import { type ImagePlace, type OverlayImages, readImagePlaces } from './image-places.ts'
import type { ImageVersion } from './image-version.ts'
import { isOlderBy, type TagOrder, tagOrder } from './tag-order.ts'

/** A version that an application does not have where its new versions begin. */
export interface NewVersion {
  readonly application: string
  readonly environment: string
  readonly version: ImageVersion
  /** Of the policy that found it. */
  readonly order: TagOrder
}

/** What one entry of `versions` came to for one application, or why it came to nothing. */
export type Found = NewVersion | { readonly error: LockstepError; readonly details: Readonly<Record<string, string>> }

/** Tags that are compared without a pause. */
const AT_ONCE = 200

interface Use {
  readonly application: string
  readonly environment: string
  readonly current: readonly ImagePlace['current'][]
}

export interface LookPorts {
  readonly registries: ImageRegistries
  /** Lets other work of the process go first. */
  readonly pause: () => Promise<unknown>
}

/** A look at one tree of the repository. Each overlay is read once, however many images are watched. */
export function createWatchLook(
  config: RepositoryConfig,
  sources: Sources,
  ports: LookPorts,
): (watch: VersionWatch) => Promise<Found[]> {
  const applications = [...new Set(sources.overlays.map(({ application }) => application))]
  const read = new Map<string, Promise<OverlayImages>>()
  const imagesOf = (overlay: Sources['overlays'][number]): Promise<OverlayImages> => {
    const images = read.get(overlay.path) ?? readImagePlaces(sources, overlay)
    read.set(overlay.path, images)
    return images
  }

  /** Undefined where the application does not use the image and need not. */
  const useOf = async (watch: VersionWatch, application: string): Promise<Use | undefined> => {
    const first = firstEnvironments(config, sources.overlays, application).map(({ name }) => name)
    const places = new Map<string, ImagePlace[]>()
    for (const overlay of sources.overlays) {
      if (overlay.application !== application || !first.includes(overlay.environment)) continue
      const own = (await imagesOf(overlay)).find(watch.image)
      if (own.length > 0) places.set(overlay.environment, [...(places.get(overlay.environment) ?? []), ...own])
    }
    if (places.size === 0 && !watch.apps) return undefined
    const environment = chooseFirst(config, sources.overlays, { application, environment: watch.environment })
    const there = places.get(environment)
    if (!there) throw notUsed(application, environment, watch.image)
    return { application, environment, current: there.map(({ current }) => current) }
  }

  return async (watch) => {
    const { image } = watch
    const found: Found[] = []
    const uses: Use[] = []
    for (const application of watch.apps ?? applications) {
      const use = await useOf(watch, application).catch((error: unknown) => refused(error, { application, image }))
      if (use && 'error' in use) found.push(use)
      else if (use) uses.push(use)
    }
    if (uses.length === 0) return found
    const asked = await newVersions(ports, watch, uses).catch((error: unknown) => [refused(error, { image })])
    return [...found, ...asked]
  }
}

async function newVersions(
  { registries, pause }: LookPorts,
  { image, policy }: VersionWatch,
  uses: readonly Use[],
): Promise<NewVersion[]> {
  const order = tagOrder(policy)
  const tags = await registries.tags(image)
  const newest = await newestOf(tags, order, pause)
  if (newest === undefined) return []
  const found: NewVersion[] = []
  for (const { application, environment, current } of uses) {
    const tag = tagToHave(current, newest, order)
    const version = tag === undefined ? undefined : await versionToHave(registries, { name: image, tag }, current)
    if (version) found.push({ application, environment, version, order })
  }
  return found
}

/** As `order.newest`, with room for other work in between: there may be a hundred thousand. */
async function newestOf(
  tags: readonly string[],
  order: TagOrder,
  pause: LookPorts['pause'],
): Promise<string | undefined> {
  let newest: string | undefined
  for (let from = 0; from < tags.length; from += AT_ONCE) {
    const some = tags.slice(from, from + AT_ONCE)
    newest = order.newest(newest === undefined ? some : [newest, ...some])
    await pause()
  }
  return newest
}

/** The newest tag where a place is behind it, else the one they all have. Undefined where they have something newer. */
function tagToHave(current: readonly ImagePlace['current'][], newest: string, order: TagOrder): string | undefined {
  if (current.some(({ tag }) => tag !== undefined && isOlderBy(order, { tag: newest }, tag))) return undefined
  if (current.some(({ tag }) => tag === undefined || order.isNewer(newest, tag))) return newest
  const [tag, ...others] = new Set(current.map((each) => each.tag))
  return others.length === 0 ? tag : undefined
}

/** With its digest where digests are pinned. Undefined where it is there already, or the tag went meanwhile. */
async function versionToHave(
  registries: ImageRegistries,
  version: ImageVersion,
  current: readonly ImagePlace['current'][],
): Promise<ImageVersion | undefined> {
  const isPinned = current.some(({ digest }) => digest !== undefined)
  const digest = isPinned ? await registries.digest(version.name, version.tag) : undefined
  if (isPinned && digest === undefined) return undefined
  const isThere = current.every((each) => each.tag === version.tag && each.digest === digest)
  return isThere ? undefined : { ...version, ...(digest !== undefined && { digest }) }
}

function refused(error: unknown, details: Readonly<Record<string, string>>) {
  if (error instanceof LockstepError) return { error, details }
  throw error
}

function notUsed(application: string, environment: string, image: string): LockstepError {
  const message = `${application} uses no image "${image}" in ${environment}, which \`versions\` watches for it.`
  return new LockstepError({ code: 'IMAGE_UNKNOWN', message, remedy: 'Correct `versions` in .lockstep.yaml.' })
}
