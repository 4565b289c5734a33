import type { Overlay } from '../../model/target.ts'
import { pathsBelow } from './paths-below.ts'

type Overlays = readonly Overlay[]

interface Index {
  readonly byPlace: ReadonlyMap<string, Overlays>
  readonly paths: readonly string[]
}

/** The same list is asked for every plan of a round. */
const indexes = new WeakMap<Overlays, Index>()

/** An application's overlays in one environment: one, or one for each of its clusters. */
export function overlaysOf(
  overlays: Overlays,
  { application, environment }: Pick<Overlay, 'application' | 'environment'>,
): Overlays {
  return indexOf(overlays).byPlace.get(placeOf({ application, environment })) ?? []
}

/** Directories of the overlays that stand below this one's. */
export function overlaysInside(overlays: Overlays, { path }: Pick<Overlay, 'path'>): readonly string[] {
  return pathsBelow(indexOf(overlays).paths, path)
}

function indexOf(overlays: Overlays): Index {
  const known = indexes.get(overlays)
  if (known) return known
  const byPlace = Map.groupBy(overlays, placeOf)
  const index = { byPlace, paths: overlays.map(({ path }) => path).sort() }
  indexes.set(overlays, index)
  return index
}

function placeOf({ application, environment }: Pick<Overlay, 'application' | 'environment'>): string {
  return `${application}/${environment}`
}
