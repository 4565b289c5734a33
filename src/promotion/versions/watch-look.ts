import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { VersionWatch } from '../../config/versions.ts'
import { LockstepError } from '../../model/errors.ts'
import type { ImageRegistries } from '../../model/image-registries.ts'
import type { Overlay } from '../../model/target.ts'
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
  const byApplication = Map.groupBy(sources.overlays, ({ application }) => application)
  const read = new Map<string, Promise<readonly Beginning[]>>()
  const beginningsOf = (application: string): Promise<readonly Beginning[]> => {
    const known = read.get(application) ?? readBeginnings(config, sources, byApplication.get(application) ?? [])
    read.set(application, known)
    return known
  }

  /** Undefined where the application does not use the image and need not. */
  const useOf = async (watch: VersionWatch, application: string): Promise<Use | undefined> => {
    const uses = (await beginningsOf(application)).map(({ environment, images }) => ({
      environment,
      places: images.find(watch.image),
    }))
    if (!watch.apps && uses.every(({ places }) => places.length === 0)) return undefined
    const overlays = byApplication.get(application) ?? sources.overlays
    const environment = chooseFirst(config, overlays, { application, environment: watch.environment })
    const there = uses.filter((use) => use.environment === environment).flatMap(({ places }) => places)
    if (there.length === 0) throw notUsed(application, environment, watch.image)
    return { application, environment, current: there.map(({ current }) => current) }
  }

  return async (watch) => {
    const { image } = watch
    const found: Found[] = []
    const uses: Use[] = []
    for (const application of watch.apps ?? byApplication.keys()) {
      const use = await useOf(watch, application).catch((error: unknown) => refused(error, { application, image }))
      if (use && 'error' in use) found.push(use)
      else if (use) uses.push(use)
    }
    if (uses.length === 0) return found
    const asked = await newVersions(ports, watch, uses).catch((error: unknown) => [refused(error, { image })])
    return [...found, ...asked]
  }
}

/** The images of an overlay where new versions of its application may begin. */
interface Beginning {
  readonly environment: string
  readonly images: OverlayImages
}

/** `own` are all overlays of one application. */
async function readBeginnings(
  config: RepositoryConfig,
  sources: Sources,
  own: readonly Overlay[],
): Promise<readonly Beginning[]> {
  const [{ application = '' } = {}] = own
  const first = firstEnvironments(config, own, application).map(({ name }) => name)
  const beginnings: Beginning[] = []
  for (const overlay of own) {
    const { environment } = overlay
    if (first.includes(environment)) beginnings.push({ environment, images: await readImagePlaces(sources, overlay) })
  }
  return beginnings
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
