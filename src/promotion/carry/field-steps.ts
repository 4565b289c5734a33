import type { Edit, Fragment } from '../edit/edit.ts'
import { underKey } from '../edit/fragment.ts'
import type { CarriedField, FieldGap } from './carried-field.ts'
import type { OverlayFields } from './carried-fields.ts'
import type { CarryStep, CarryTarget } from './carry-step.ts'
import type { Removes } from './removals.ts'
import { sourceFragment } from './source-fragment.ts'
import { structureEdits } from './structure-edits.ts'

/** The steps for everything but `images:`. Fields named by their path are also added and removed. */
export function fieldSteps(source: OverlayFields, target: CarryTarget, removes: Removes): CarryStep[] {
  const carried = [...source.fields].flatMap(([id, [from]]) => {
    const to = target.fields.fields.get(id)?.[0]
    if (!from) return []
    if (to) return changeStep(from, to, target)
    return addStep(from, target.fields.gaps.get(id) ?? [], target)
  })
  const gone = [...target.fields.fields].filter(([id]) => !source.fields.has(id) && removes(id))
  return [...carried, ...likeSteps(source, target), ...gone.flatMap(([, [to]]) => (to ? removeStep(to, target) : []))]
}

/** Fields that the source has under no such name, and whose like has one value there. */
function likeSteps(source: OverlayFields, target: CarryTarget): CarryStep[] {
  const others = [...source.fields.values()].flatMap(([from]) => from ?? [])
  return [...target.fields.fields].flatMap(([id, [to]]) => {
    if (to?.like === undefined || source.fields.has(id)) return []
    const [from, ...more] = others.filter(({ like }) => like === to.like)
    if (!from || more.some(({ value }) => value !== from.value)) return []
    return changeStep({ ...from, id }, to, target)
  })
}

function changeStep(from: CarriedField, to: CarriedField, target: CarryTarget): CarryStep[] {
  if (sameValue(from, to)) return []
  target.refuseShared(to, to.id)
  const change = {
    path: from.id,
    before: shownValue(to),
    after: shownValue(from),
    file: to.file,
    line: to.line,
    ...secrecy(from, to),
  }
  return [{ change, edits: changeEdits(from, to) }]
}

function changeEdits(from: CarriedField, to: CarriedField): Edit[] {
  const { place } = to
  const shapes = [from.named?.shape ?? 'text', to.named?.shape ?? 'text']
  if (typeof from.value === 'string' && shapes.every((shape) => shape === 'text')) {
    const [before, after] = to.around ?? ['', '']
    return [{ kind: 'set', place, value: before + from.value + after }]
  }
  if (typeof from.value !== 'string' && shapes.every((shape) => shape === 'texts'))
    return [{ kind: 'set-list', place, items: from.value }]
  const inside = structureEdits(from, to)
  return inside.length > 0 ? inside : [{ kind: 'put', place, fragment: fragmentOf(from) }]
}

/** Only where what holds the field is there, in a place of this environment alone: where most of its path is. */
function addStep(from: CarriedField, gaps: readonly FieldGap[], target: CarryTarget): CarryStep[] {
  const own = gaps.filter((each) => target.isOwn(each))
  const gap = own.toSorted((a, b) => missingKeys(a) - missingKeys(b))[0]
  if (!gap) return []
  const { file, line, place, key, inside = [] } = gap
  const change = { path: from.id, before: null, after: shownValue(from), file, line, ...secrecy(from, gap) }
  const fragment = inside.reduceRight((value, each) => underKey(each, value), fragmentOf(from))
  const edit: Edit =
    key === undefined ? { kind: 'put-item', place, fragment } : { kind: 'add-key', place, key, value: fragment }
  return [{ change, edits: [edit] }]
}

function missingKeys({ inside = [] }: FieldGap): number {
  return inside.length
}

function removeStep(to: CarriedField, target: CarryTarget): CarryStep[] {
  if (!to.named) return []
  target.refuseShared(to, to.id)
  const change = { path: to.id, before: shownValue(to), after: null, file: to.file, line: to.line, ...secrecy(to, to) }
  return [{ change, edits: [removeEdit(to)] }]
}

function removeEdit({ place }: CarriedField): Edit {
  const path = place.inline?.path ?? place.path
  const last = path.at(-1)
  if (typeof last === 'number') return { kind: 'remove-item', place }
  const holder = path.slice(0, -1)
  const inside = place.inline ? { ...place, inline: { ...place.inline, path: holder } } : { ...place, path: holder }
  return { kind: 'remove-key', place: inside, key: String(last) }
}

function fragmentOf({ named, place }: CarriedField): Fragment {
  if (!named) throw new Error('Only fields named by their path are more than texts.')
  const { document, path } = place.inline ?? place
  return sourceFragment(named.yaml, document, path)
}

function sameValue(a: CarriedField, b: CarriedField): boolean {
  return kindOf(a) === kindOf(b) && JSON.stringify(a.value) === JSON.stringify(b.value)
}

/** A block of text says the same as the text on one line. */
function kindOf({ named }: CarriedField): string {
  return named?.shape.replace('block ', '') ?? 'text'
}

/** A field's value as a plan shows it. */
export function shownValue({ value }: CarriedField): string {
  return [value].flat().join(', ')
}

function secrecy(...sides: readonly { readonly isSecret?: true }[]): { isSecret?: true } {
  return sides.some(({ isSecret }) => isSecret) ? { isSecret: true } : {}
}
