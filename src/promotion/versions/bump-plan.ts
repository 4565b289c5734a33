import { createHash } from 'node:crypto'
import { LockstepError } from '../../model/errors.ts'
import { canonicalJson } from '../../model/json.ts'
import { suggestName } from '../../model/nearest-name.ts'
import type { Overlay } from '../../model/target.ts'
import { type FileChange, overlayTree } from '../../model/tree.ts'
import type { CarriedChange } from '../carry/carried-change.ts'
import type { CarriedField } from '../carry/carried-field.ts'
import type { OverlayFields } from '../carry/carried-fields.ts'
import type { ImageEntry } from '../carry/image-fields.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import { planCarry } from '../carry/plan.ts'
import { type ImagePlace, type OverlayImages, readImagePlaces } from './image-places.ts'
import { type ImageVersion, printImageReference } from './image-version.ts'
import { olderByNumbers } from './version-order.ts'

/** New versions of an application's images in one environment, as data. Equal inputs give an equal plan and hash. */
export interface BumpPlan {
  readonly application: string
  readonly environment: string
  readonly versions: readonly ImageVersion[]
  readonly carried: readonly CarriedChange[]
  readonly files: readonly FileChange[]
  /** SHA-256 over application, environment and every changed value with its place. */
  readonly planHash: string
}

export interface BumpRequest {
  readonly application: string
  readonly environment: string
  readonly versions: readonly ImageVersion[]
  /** A semantic version may be followed by an older one. */
  readonly allowDowngrade: boolean
  /** Whether a version comes before the tag that is there. Default: by semantic versions. */
  readonly isOlder?: IsOlder
}

export type IsOlder = (version: ImageVersion, there: string) => boolean

/**
 * Gives the environment's overlays the versions: in their `images:`, else in their patches; an image that only manifests name gets an
 * entry. Everything else stays byte for byte. Throws IMAGE_UNKNOWN (a wrong usage) where no overlay of it uses an image, VERSION_OLDER
 * where a newer semantic version is there, and what cannot be edited, by file and line.
 */
export async function planBump(sources: Sources, request: BumpRequest): Promise<BumpPlan> {
  const { application, environment, versions } = request
  const overlays = sources.overlays.filter(
    (each) => each.application === application && each.environment === environment,
  )
  const images = await Promise.all(overlays.map((overlay) => readImagePlaces(sources, overlay)))
  for (const version of versions) checkVersion(images, version, request)
  const files = new Map<string, FileChange>()
  const carried: CarriedChange[] = []
  for (const overlay of overlays) {
    const plan = await planOverlay(sources, overlay, [...files.values()], request)
    for (const file of plan.files) files.set(file.path, file)
    carried.push(...plan.carried)
  }
  const changes = carried.map(({ path, file, before, after }) => ({ path, file, before, after }))
  const planHash = createHash('sha256').update(canonicalJson({ application, environment, changes })).digest('hex')
  return { application, environment, versions, carried, files: [...files.values()].toSorted(byPath), planHash }
}

function checkVersion(images: readonly OverlayImages[], version: ImageVersion, request: BumpRequest): void {
  const places = images.flatMap((each) => each.find(version.name))
  if (places.length === 0) throw unknownImage(images, version, request)
  const { isOlder = olderByNumbers } = request
  const newer = places.find(({ current }) => current.tag !== undefined && isOlder(version, current.tag))
  if (newer && !request.allowDowngrade) throw olderVersion(version, newer.current.tag ?? '', request.environment)
}

/** What the overlays before it have changed counts: overlays of one environment may share files. */
async function planOverlay(
  before: Sources,
  overlay: Overlay,
  files: readonly FileChange[],
  { application, environment, versions }: BumpRequest,
): Promise<{ readonly files: readonly FileChange[]; readonly carried: readonly CarriedChange[] }> {
  const sources = files.length === 0 ? before : await readSources(overlayTree(before.tree, files), before.overlays)
  const images = await readImagePlaces(sources, overlay)
  const wanted = versions.flatMap((version) =>
    images
      .find(version.name)
      .filter(({ current }) => !isThere(current, version))
      .map((place) => ({ place, version })),
  )
  if (wanted.length === 0) return { files: [], carried: [] }
  return planCarry(
    { ...sources, overlays: [overlay] },
    {
      application,
      from: '',
      to: environment,
      config: { carry: [{ kind: 'images' }], keep: [] },
      origins: [originOf(images.fields, wanted)],
      exact: false,
    },
  )
}

/** A tag that is there stays pinned to the digest that somebody gave it. */
function isThere(current: ImagePlace['current'], { tag, digest }: ImageVersion): boolean {
  return current.tag === tag && (digest === undefined || digest === current.digest)
}

type Wanted = readonly { readonly place: ImagePlace; readonly version: ImageVersion }[]

/** The versions as an overlay that a promotion could come from. */
function originOf(there: OverlayFields, wanted: Wanted): OverlayFields {
  const images = wanted.flatMap(({ place, version }) => {
    if (place.kind !== 'entry') return []
    const { tag, digest } = version
    const values = { newTag: tag, ...(digest !== undefined && { digest }) }
    const entry = { name: place.entry, values, lines: {}, file: '', directory: '', place: { document: 0, path: [] } }
    return [[place.entry, [entry satisfies ImageEntry]] as const]
  })
  const fields = wanted.flatMap(({ place, version }) => {
    if (place.kind !== 'patch') return []
    const field: CarriedField = { ...place.field, value: printImageReference(version) }
    return [[field.id, [field]] as const]
  })
  return { ...there, overlay: { ...there.overlay }, images: new Map(images), fields: new Map(fields) }
}

function unknownImage(
  images: readonly OverlayImages[],
  { name }: ImageVersion,
  { application, environment }: BumpRequest,
): LockstepError {
  const known = [...new Set(images.flatMap(({ names }) => names))].sort()
  const problem = {
    code: 'IMAGE_UNKNOWN',
    message: `${application} uses no image "${name}" in ${environment}.`,
    remedy: known.length > 0 ? suggestName(name, known) : 'Add it to `images:` of the overlay.',
  }
  return new LockstepError(problem, { kind: 'usage' })
}

/** VERSION_OLDER: `where` is an environment or a pull request that holds `newer` already. */
export function olderVersion({ name, tag }: ImageVersion, newer: string, where: string): LockstepError {
  return new LockstepError({
    code: 'VERSION_OLDER',
    message: `${name} is at ${newer} in ${where}, and ${tag} is older.`,
    remedy: 'Add --allow-downgrade if that is meant; `/rollback` undoes a promotion.',
  })
}

function byPath(a: FileChange, b: FileChange): number {
  return a.path < b.path ? -1 : 1
}
