import { isMap, isSeq, type Node } from 'yaml'
import type { ValuePlace } from '../edit/edit.ts'
import { refuseMergeKey } from '../edit/merge-key.ts'
import { findNode, scalarText } from '../edit/yaml-file.ts'
import { isHeld } from './keep-rules.ts'
import type { Kustomization } from './kustomization-sources.ts'

export const IMAGE_KEYS = ['newName', 'newTag', 'digest'] as const
export type ImageKey = (typeof IMAGE_KEYS)[number]
export type ImageValues = Readonly<Partial<Record<ImageKey, string>>>

/** One entry of a kustomization's `images:`. */
export interface ImageEntry {
  readonly name: string
  readonly values: ImageValues
  /** 1-based, of each key that is there, and of the entry itself. */
  readonly lines: Readonly<Partial<Record<ImageKey | 'entry', number>>>
  readonly file: string
  readonly directory: string
  readonly place: ValuePlace
}

/** Throws what hides what an entry says, by file and line. */
export function readImages({ yaml, file, directory }: Kustomization): ImageEntry[] {
  const [document] = yaml.documents
  const list = document && findNode(document, ['images'])?.node
  const resolved = document && list && 'resolve' in list ? list.resolve(document) : list
  if (!document || !isSeq(resolved)) return []
  return resolved.items.flatMap((item, index) => {
    const textOf = (key: string) => scalarText(document, findNode(document, ['images', index, key])?.node ?? null)
    const lineOf = (key: string) => {
      const offset = findNode(document, ['images', index, key])?.node?.range?.[0]
      return offset === undefined ? {} : { [key]: yaml.lineAt(offset) }
    }
    const name = textOf('name')
    if (isMap(item)) refuseMergeKey(yaml, 0, ['images', index])
    if (!name || !isMapLike(item as Node)) return []
    const known = IMAGE_KEYS.filter((key) => textOf(key) !== undefined)
    return {
      name,
      values: Object.fromEntries(known.map((key) => [key, textOf(key)])),
      lines: Object.assign({ entry: yaml.lineAt((item as Node).range?.[0] ?? 0) }, ...known.map(lineOf)),
      file,
      directory,
      place: { document: 0, path: ['images', index] },
    }
  })
}

/** The entry without what `keep` names of it; nothing where it is named as a whole. */
export function withoutHeld(entry: ImageEntry, keep: readonly string[]): ImageEntry[] {
  if (isHeld(imagePath(entry.name), keep)) return []
  const values = Object.entries(entry.values).filter(([key]) => !isHeld(imagePath(entry.name, key), keep))
  return [{ ...entry, values: Object.fromEntries(values) }]
}

/** `images[name=shop].newTag`, as plans show it. */
export function imagePath(name: string, key?: string): string {
  return `images[name=${name}]${key === undefined ? '' : `.${key}`}`
}

function isMapLike(node: Node): boolean {
  return isMap(node) || 'resolve' in node
}

/** What the entries of one name set together: the outermost wins, and a tag or digest that it sets replaces both. */
export function effectiveImage(entries: readonly ImageEntry[]): ImageValues {
  return entries.toReversed().reduce<ImageValues>((inner, { values }) => {
    const { newTag: _, digest: __, ...name } = inner
    const isVersion = values.newTag !== undefined || values.digest !== undefined
    return { ...(isVersion ? name : inner), ...values }
  }, {})
}
