import { type Document, isCollection, isMap, type Node } from 'yaml'
import type { ValuePlace } from './edit.ts'
import { type BlockMap, startOf } from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { type Found, findNode, type YamlPath } from './yaml-file.ts'

/** What stands at a place and may be edited alone. Throws NotEditable for what is not there, aliases and anchors. */
export function existing(document: Document, { path }: ValuePlace): Found {
  const found = findNode(document, path)
  if (!found) throw new NotEditable(`${path.join('.')} is not there`, 0)
  if (found.throughAlias) throw new NotEditable('the value is written as an alias', startOf(found.node))
  if (found.node && 'anchor' in found.node && found.node.anchor)
    throw new NotEditable(`the value carries the anchor &${found.node.anchor}`, startOf(found.node))
  return found
}

/** A map that has keys. */
export function mapAt(document: Document, place: ValuePlace): BlockMap {
  const { node } = existing(document, place)
  if (!isMap(node) || node.items.length === 0) throw new NotEditable('no map with keys stands here', startOf(node))
  return node as BlockMap
}

/** True when the value stands inside brackets, where nothing may span lines by indentation. */
export function isInBrackets(document: Document, path: YamlPath): boolean {
  const holders = path.map((_, depth): Node | null | undefined => findNode(document, path.slice(0, depth))?.node)
  return holders.some((node) => isCollection(node) && node.flow === true)
}
