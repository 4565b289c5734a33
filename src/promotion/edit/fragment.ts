import { type Document, isAlias, type Node, visit } from 'yaml'
import type { Json } from '../../model/json.ts'
import type { Fragment } from './edit.ts'
import { flowMap, flowText, plainOrQuoted } from './flow-text.ts'
import { columnOf, contentEnd, isBlockCollection, startOf, valueEnd } from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { findNode, type YamlFile, type YamlPath } from './yaml-file.ts'
import { indented, lineStart } from './yaml-lines.ts'

/**
 * The value at a path with its text, comments inside it included. Throws NotEditable for what another file could not
 * say with the same text: anchors and aliases.
 */
export function fragmentAt(yaml: YamlFile, index: number, path: YamlPath): Fragment {
  const document = yaml.documents[index]
  const found = document && findNode(document, path)
  if (!document || !found?.node) throw new NotEditable(`${path.join('.')} is not there`, 0)
  refuseReferences(document, found.node, found.throughAlias)
  const value = found.node.toJS(document) as Json
  const isBlock = isBlockCollection(found.node)
  const column = isBlock
    ? columnOf(yaml.text, startOf(found.node))
    : parentColumn(yaml.text, found.pair?.key, found.node)
  return {
    layout: isBlock ? 'below' : 'beside',
    lines: linesOf(yaml.text, found.node, isBlock, column),
    flow: flowText(document, found.node),
    value,
  }
}

/** A map of that one key and value. */
export function underKey(key: string, { layout, lines, flow, value }: Fragment): Fragment {
  const name = plainOrQuoted(key)
  const [first = '', ...rest] = lines
  return {
    layout: 'below',
    lines: layout === 'below' ? [`${name}:`, ...indented(lines, 2)] : [`${name}: ${first}`, ...rest],
    flow: flowMap([[name, flow]]),
    value: { [key]: value },
  }
}

function refuseReferences(document: Document, node: Node, throughAlias: boolean): void {
  if (throughAlias) throw new NotEditable('the value is written as an alias', startOf(node))
  if (document.directives?.docStart && document.directives.yaml.explicit)
    throw new NotEditable('the file says which version of YAML it is written in', 0)
  visit(node, {
    Node(_, inner) {
      if (isAlias(inner) || inner.anchor) throw new NotEditable('the value holds an anchor or alias', startOf(inner))
    },
  })
}

/** Column of the key, or of the dash, that the value belongs to. */
function parentColumn(text: string, key: Node | undefined, node: Node): number {
  if (key) return columnOf(text, startOf(key))
  const line = lineStart(text, startOf(node))
  return Math.max(0, text.slice(line, startOf(node)).lastIndexOf('-'))
}

/** A comment at the end of a block's last line belongs to it; one beside another value stays where it is. */
function linesOf(text: string, node: Node, isBlock: boolean, column: number): string[] {
  const end = valueEnd(node)
  const written = text.slice(startOf(node), isBlock || text[end - 1] === '\n' ? contentEnd(text, end) : end)
  const [first = '', ...rest] = written.split(/\r?\n/)
  return [first, ...rest.map((line) => line.slice(Math.min(column, /^ */.exec(line)?.[0].length ?? 0)))]
}
