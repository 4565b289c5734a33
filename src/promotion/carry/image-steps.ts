import type { Edit } from '../edit/edit.ts'
import type { OverlayFields } from './carried-fields.ts'
import type { CarryStep, CarryTarget } from './carry-step.ts'
import {
  effectiveImage,
  IMAGE_KEYS,
  type ImageEntry,
  type ImageKey,
  type ImageValues,
  imagePath,
} from './image-fields.ts'
import type { Removes } from './removals.ts'

/**
 * The steps for `images:`: edited where this environment sets them, else overridden where `fileFor` says. Throws FIELD_IS_SHARED
 * where a shared place renames the image, so that an override would not meet it.
 */
export function imageSteps(source: OverlayFields, target: CarryTarget, removes: Removes): CarryStep[] {
  const gone = [...target.fields.images.keys()].filter((name) => !source.images.has(name) && removes(imagePath(name)))
  return [...source.images.keys(), ...gone].flatMap((name) => {
    const wanted = effectiveImage(source.images.get(name) ?? [])
    const there = target.fields.images.get(name) ?? []
    const host = there.find((entry) => target.isOwn(entry))
    if (host && !source.images.has(name)) return removeImage(host)
    if (host) return IMAGE_KEYS.flatMap((key) => keyStep(host, key, wanted, effectiveImage(there), removes))
    const file = target.fileFor(directoryOf(source.images.get(name)))
    return addImage(name, wanted, there, target, file ?? (there.length > 0 ? target.file : undefined))
  })
}

function keyStep(
  host: ImageEntry,
  key: ImageKey,
  wanted: ImageValues,
  current: ImageValues,
  removes: Removes,
): CarryStep[] {
  const before = current[key] ?? null
  const after = wanted[key] ?? null
  const path = imagePath(host.name, key)
  const isHere = host.values[key] !== undefined
  if (before === after || (after === null && !(isHere && (removes(path) || saysVersion(wanted, key))))) return []
  const { file, place, lines } = host
  const change = { path, before, after, file, line: lines[key] ?? lines.entry ?? 1 }
  return [{ change, edits: [keyEdit(place, key, after, isHere)] }]
}

function keyEdit(place: ImageEntry['place'], key: ImageKey, after: string | null, isHere: boolean): Edit {
  if (after === null) return { kind: 'remove-key', place, key }
  if (!isHere) return { kind: 'add-key', place, key, value: after }
  return { kind: 'set', place: { ...place, path: [...place.path, key] }, value: after }
}

/** Tag and digest are two ways to say the version: one that the source does not use must not contradict the other. */
function saysVersion(wanted: ImageValues, key: ImageKey): boolean {
  return (key === 'newTag' && wanted.digest !== undefined) || (key === 'digest' && wanted.newTag !== undefined)
}

/** The innermost directory that sets it: what is built there is what the image is of. */
function directoryOf(entries: readonly ImageEntry[] = []): string {
  return entries.at(-1)?.directory ?? ''
}

function addImage(
  name: string,
  wanted: ImageValues,
  there: readonly ImageEntry[],
  target: CarryTarget,
  file: string | undefined,
): CarryStep[] {
  const current = effectiveImage(there)
  const keys = IMAGE_KEYS.filter((key) => wanted[key] !== undefined)
  const changed = keys.filter((key) => wanted[key] !== current[key])
  if (file === undefined || changed.length === 0) return []
  const renaming = there.find(({ values }) => values.newName !== undefined && values.newName !== name)
  if (renaming) target.refuseShared({ ...renaming, line: renaming.lines.newName ?? 1 }, imagePath(name))
  const item = Object.fromEntries([['name', name], ...keys.map((key) => [key, wanted[key] ?? ''])])
  const edit: Edit = { kind: 'add-item', place: { document: 0, path: ['images'] }, item }
  return changed.map((key, i) => ({
    change: { path: imagePath(name, key), before: current[key] ?? null, after: wanted[key] ?? null, file, line: 1 },
    edits: i === 0 ? [edit] : [],
  }))
}

/** The entry, or of an entry that is kept in part the keys that are not. */
function removeImage(host: ImageEntry): CarryStep[] {
  const { name, file, lines, values, place } = host
  const keys = IMAGE_KEYS.filter((key) => values[key] !== undefined)
  const isWhole = IMAGE_KEYS.every((key) => (lines[key] === undefined) === (values[key] === undefined))
  return keys.map((key, i) => {
    const change = { path: imagePath(name, key), before: values[key] ?? null, after: null, file, line: lines[key] ?? 1 }
    if (!isWhole) return { change, edits: [{ kind: 'remove-key', place, key }] }
    return { change, edits: i === 0 ? [{ kind: 'remove-item', place }] : [] }
  })
}
