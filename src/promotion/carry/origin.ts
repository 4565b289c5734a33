import type { Overlay } from '../../model/target.ts'
import type { OverlayFields } from './carried-fields.ts'
import { carryConflict } from './carry-conflict.ts'

/** The origin of the same cluster, the only one, or any one when all say the same. */
export function originFor(overlay: Overlay, origins: readonly OverlayFields[]): OverlayFields {
  const [first, ...others] = origins
  const same = origins.find(
    (origin) => origin.overlay.cluster !== undefined && origin.overlay.cluster === overlay.cluster,
  )
  if (same ?? !others.length) return (same ?? first) as OverlayFields
  const differing = others.find((other) => valuesOf(other) !== valuesOf(first as OverlayFields))
  if (differing)
    throw carryConflict(differing.overlay.path, `${first?.overlay.path} and ${differing.overlay.path} differ`)
  return first as OverlayFields
}

/** Equal texts for equal values, wherever they are written. Holds secret values. */
export function valuesOf({ images, fields, files }: OverlayFields): string {
  const imageValues = [...images].map(([name, entries]) => [name, entries.map(({ values }) => values)])
  const fieldValues = [...fields].map(([id, [field]]) => [id, field?.value])
  const fileIds = files.map(({ rule, files: found }) => [rule, [...found].map(([name, { id }]) => [name, id])])
  return JSON.stringify([imageValues.toSorted(), fieldValues.toSorted(), fileIds])
}
