import type { Edit } from '../edit/edit.ts'
import type { OverlayFields } from './carried-fields.ts'
import type { CarryStep, CarryTarget } from './carry-step.ts'
import { effectiveImage, IMAGE_KEYS, type ImageEntry, type ImageKey, type ImageValues } from './image-fields.ts'

/** The steps for `images:`: edited where this environment sets them, else overridden where `fileFor` says. */
export function imageSteps(source: OverlayFields, target: CarryTarget, exact: boolean): CarryStep[] {
  const names = new Set([...source.images.keys(), ...(exact ? target.fields.images.keys() : [])])
  return [...names].flatMap((name) => {
    const wanted = effectiveImage(source.images.get(name) ?? [])
    const there = target.fields.images.get(name) ?? []
    const host = there.find((entry) => target.isOwn(entry))
    if (!host)
      return addImage(name, wanted, effectiveImage(there), target.fileFor(directoryOf(source.images.get(name))))
    if (!source.images.has(name)) return removeImage(host)
    return IMAGE_KEYS.flatMap((key) => imageKeyStep(host, key, wanted, effectiveImage(there), exact))
  })
}

function imageKeyStep(
  host: ImageEntry,
  key: ImageKey,
  wanted: ImageValues,
  current: ImageValues,
  exact: boolean,
): CarryStep[] {
  const before = current[key] ?? null
  const after = wanted[key] ?? null
  if (before === after) return []
  if (after === null && !(host.values[key] !== undefined && (exact || saysVersion(wanted, key)))) return []
  const { file, place, lines, name } = host
  const change = { path: `images[name=${name}].${key}`, before, after, file, line: lines[key] ?? lines.entry ?? 1 }
  const inKey = { ...place, path: [...place.path, key] }
  if (after === null) return [{ change, edits: [{ kind: 'remove-key', place, key }] }]
  if (host.values[key] === undefined) return [{ change, edits: [{ kind: 'add-key', place, key, value: after }] }]
  return [{ change, edits: [{ kind: 'set', place: inKey, value: after }] }]
}

/** Tag and digest are two ways to say the version: one that the source does not use must not contradict the other. */
function saysVersion(wanted: ImageValues, key: ImageKey): boolean {
  return (key === 'newTag' && wanted.digest !== undefined) || (key === 'digest' && wanted.newTag !== undefined)
}

/** The innermost directory that sets it: what is built there is what the image is of. */
function directoryOf(entries: readonly ImageEntry[] = []): string {
  return entries.at(-1)?.directory ?? ''
}

function addImage(name: string, wanted: ImageValues, current: ImageValues, file: string | undefined): CarryStep[] {
  const keys = IMAGE_KEYS.filter((key) => wanted[key] !== undefined)
  if (file === undefined || keys.every((key) => wanted[key] === current[key])) return []
  const item = Object.fromEntries([['name', name], ...keys.map((key) => [key, wanted[key] ?? ''])])
  const edit: Edit = { kind: 'add-item', place: { document: 0, path: ['images'] }, item }
  const changed = keys.filter((key) => wanted[key] !== current[key])
  return changed.map((key, i) => ({
    change: {
      path: `images[name=${name}].${key}`,
      before: current[key] ?? null,
      after: wanted[key] ?? null,
      file,
      line: 1,
    },
    edits: i === 0 ? [edit] : [],
  }))
}

function removeImage(host: ImageEntry): CarryStep[] {
  const keys = IMAGE_KEYS.filter((key) => host.values[key] !== undefined)
  return keys.map((key, i) => ({
    change: {
      path: `images[name=${host.name}].${key}`,
      before: host.values[key] ?? null,
      after: null,
      file: host.file,
      line: host.lines[key] ?? 1,
    },
    edits: i === 0 ? [{ kind: 'remove-item', place: host.place }] : [],
  }))
}
