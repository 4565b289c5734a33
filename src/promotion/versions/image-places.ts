import type { Overlay } from '../../model/target.ts'
import type { CarriedField } from '../carry/carried-field.ts'
import { type OverlayFields, readCarriedFields } from '../carry/carried-fields.ts'
import { effectiveImage, type ImageEntry } from '../carry/image-fields.ts'
import type { Sources } from '../carry/kustomization-sources.ts'
import { type ImageReference, parseImageReference } from './image-version.ts'
import { workloadImages } from './workload-images.ts'

/** Where an overlay says which version of an image runs. */
export type ImagePlace =
  /** Entries of `images:`, or one to be made: under this name. */
  | { readonly kind: 'entry'; readonly entry: string; readonly current: Omit<ImageReference, 'name'> }
  /** `image:` in a patch. */
  | { readonly kind: 'patch'; readonly field: CarriedField; readonly current: Omit<ImageReference, 'name'> }

export interface OverlayImages {
  readonly fields: OverlayFields
  /** Names that the overlay's images go by. */
  readonly names: readonly string[]
  /** None where the overlay does not use the image. */
  find(name: string): readonly ImagePlace[]
}

/** What an overlay's own files, its bases, patches and manifests say about images. Throws what cannot be read, by file and line. */
export async function readImagePlaces(sources: Sources, overlay: Overlay): Promise<OverlayImages> {
  const fields = await readCarriedFields(sources, overlay, [{ kind: 'images' }])
  const workloads = (await workloadImages(sources, sources.closure(overlay))).map(parseImageReference)
  const patches = [...fields.fields.values()].flatMap(([field]) => field ?? [])
  const entries = [...fields.images.values()].flat()
  return {
    fields,
    names: [
      ...new Set([
        ...[...fields.images].map(([name, own]) => effectiveImage(own).newName ?? name),
        ...patches.map((field) => referenceOf(field).name),
        ...workloads.map(({ name }) => name),
      ]),
    ],
    find(name) {
      const named = entryNames(sources, overlay, entries, name)
      if (named.length > 0) return named.map((entry) => entryPlace(entry, fields, name))
      const patched = patches.filter((field) => referenceOf(field).name === name)
      if (patched.length > 0) return patched.map((field) => ({ kind: 'patch', field, current: versionOf(field) }))
      const used = workloads.find((image) => image.name === name)
      return used ? [{ kind: 'entry', entry: name, current: used }] : []
    },
  }
}

/**
 * Names of entries that decide about this image. An overlay of its own sees what a base made of the name, so an entry that is to be made
 * beside a base's is called by the new name.
 */
function entryNames(sources: Sources, overlay: Overlay, entries: readonly ImageEntry[], name: string): string[] {
  const direct = entries.filter((entry) => entry.name === name)
  const renamed = entries.filter(({ values }) => values.newName === name)
  const own = [...direct, ...renamed].filter((entry) => sources.isOwn(entry, overlay))
  if (own.length > 0) return [...new Set(own.map((entry) => entry.name))]
  return direct.length + renamed.length > 0 ? [name] : []
}

function entryPlace(entry: string, { images }: OverlayFields, name: string): ImagePlace {
  const there = images.get(entry) ?? [...images.values()].flat().filter(({ values }) => values.newName === name)
  const { newTag, digest } = effectiveImage(there)
  return { kind: 'entry', entry, current: { ...(newTag && { tag: newTag }), ...(digest && { digest }) } }
}

function versionOf(field: CarriedField): Omit<ImageReference, 'name'> {
  const { tag, digest } = referenceOf(field)
  return { ...(tag && { tag }), ...(digest && { digest }) }
}

function referenceOf({ value }: CarriedField): ImageReference {
  return parseImageReference([value].flat().join())
}
