import { type Document, isMap, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml'
import { LockstepError } from '../../model/errors.ts'
import type { Edit } from '../edit/edit.ts'
import { editYaml } from '../edit/kustomization-edit.ts'
import { isBlockText } from '../edit/node-span.ts'
import { isTextToAll } from '../edit/scalar-text.ts'
import { findNode, scalarText, type YamlFile, type YamlPath } from '../edit/yaml-file.ts'
import type { CarriedField } from './carried-field.ts'
import { meaning } from './named-value.ts'
import { inSafeOrder } from './safe-order.ts'
import { sourceFragment } from './source-fragment.ts'

/** A value of one of the two files. */
interface Side {
  readonly yaml: YamlFile
  readonly index: number
  readonly document: Document
  readonly path: YamlPath
  readonly node: Node | null
}

/**
 * Makes a structure say what the source's says by changing the keys and list members that differ; what is equal keeps its text and
 * comments. Nothing where that cannot be done exactly: then the whole value is to be replaced.
 */
export function structureEdits(from: CarriedField, to: CarriedField): Edit[] {
  const source = sideOf(from)
  const target = sideOf(to)
  if (!source || !target) return []
  const edits = inSafeOrder(editsBetween(source, target))
  if (!isPossible(target.yaml, edits)) return []
  const { place } = to
  return place.inline ? edits.map((edit) => ({ ...edit, place: { ...place, inline: edit.place } })) : edits
}

function sideOf({ named, place }: CarriedField): Side | undefined {
  const { document: index, path } = place.inline ?? place
  const document = named?.yaml.documents[index]
  return named && document && { yaml: named.yaml, index, document, path, node: findNode(document, path)?.node ?? null }
}

function isPossible({ text, file }: YamlFile, edits: readonly Edit[]): boolean {
  try {
    editYaml(text, file, edits)
    return edits.length > 0
  } catch (error) {
    if (error instanceof LockstepError) return false
    throw error
  }
}

function editsBetween(from: Side, to: Side): Edit[] {
  if (meaning(from.document, from.node) === meaning(to.document, to.node)) return []
  if (isMap(from.node) && isMap(to.node)) return mapEdits(from, to, keysOf(from.node), keysOf(to.node))
  if (isSeq(from.node) && isSeq(to.node)) return listEdits(from, to, namesOf(from.node), namesOf(to.node))
  const place = { document: to.index, path: to.path }
  const value = isTextToAll(from.node) && isTextToAll(to.node) ? scalarText(from.document, from.node) : undefined
  if (value === undefined || isBlockText(from.node) || isBlockText(to.node)) return [replacement(from, to)]
  return [{ kind: 'set', place, value }]
}

function replacement(from: Side, to: Side): Edit {
  return { kind: 'put', place: { document: to.index, path: to.path }, fragment: fragmentOf(from) }
}

function mapEdits(from: Side, to: Side, wanted: readonly string[], there: readonly string[]): Edit[] {
  if (!wanted.some((key) => there.includes(key))) return [replacement(from, to)]
  const place = { document: to.index, path: to.path }
  const gone = there.filter((key) => !wanted.includes(key))
  const kept = wanted.flatMap((key): Edit[] =>
    there.includes(key)
      ? editsBetween(inside(from, key), inside(to, key))
      : [{ kind: 'add-key', place, key, value: fragmentOf(inside(from, key)) }],
  )
  return [...kept, ...gone.map((key): Edit => ({ kind: 'remove-key', place, key }))]
}

/** Members are the same by name where all have one, else by place. New ones must be last: nothing changes its order. */
function listEdits(from: Side, to: Side, wanted: readonly string[], there: readonly string[]): Edit[] {
  const common = wanted.filter((name) => there.includes(name))
  const isInOrder = common.join('\n') === there.filter((name) => wanted.includes(name)).join('\n')
  const isAtEnd = common.every((name, i) => wanted[i] === name)
  if (common.length === 0 || !isInOrder || !isAtEnd) return [replacement(from, to)]
  const kept = common.flatMap((name) =>
    editsBetween(inside(from, wanted.indexOf(name)), inside(to, there.indexOf(name))),
  )
  const added = wanted.slice(common.length).map((_, i): Edit => {
    const fragment = fragmentOf(inside(from, common.length + i))
    return { kind: 'put-item', place: { document: to.index, path: to.path }, fragment }
  })
  const gone = there.flatMap((name, i) => (wanted.includes(name) ? [] : [i]))
  const removed = gone.map((i): Edit => ({ kind: 'remove-item', place: { document: to.index, path: [...to.path, i] } }))
  return [...kept, ...added, ...removed]
}

/** Nothing where a key is not a text to every reader, or stands for other keys. */
function keysOf({ items }: YAMLMap): string[] {
  const keys = items.map(({ key }) => (isTextToAll(key) ? key.value : '<<'))
  return keys.includes('<<') ? [] : keys
}

function namesOf({ items }: YAMLSeq): string[] {
  const names = items.map((item) => (isMap(item) ? item.get('name') : undefined))
  const isNamed = names.every((name) => typeof name === 'string') && new Set(names).size === names.length
  return isNamed ? (names as string[]) : items.map((_, i) => `${i}`)
}

function inside({ document, path, ...side }: Side, step: string | number): Side {
  const inner = [...path, step]
  return { ...side, document, path: inner, node: findNode(document, inner)?.node ?? null }
}

function fragmentOf({ yaml, index, path }: Side): ReturnType<typeof sourceFragment> {
  return sourceFragment(yaml, index, path)
}
