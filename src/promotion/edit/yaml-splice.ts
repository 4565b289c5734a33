import { isScalar, type Scalar } from 'yaml'
import { addItem, addKey, putItem } from './add-splice.ts'
import type { Edit, Splice } from './edit.ts'
import { existing } from './found-place.ts'
import { setList } from './list-splice.ts'
import { startOf } from './node-span.ts'
import { NotEditable } from './not-editable.ts'
import { putValue } from './put-splice.ts'
import { removeItem, removeKey } from './remove-splice.ts'
import { printScalarText } from './scalar-text.ts'
import type { Found, YamlFile } from './yaml-file.ts'

/** The replacements of text that make the edit. Throws NotEditable. Inline values are the caller's business. */
export function splicesFor(yaml: YamlFile, edit: Edit): Splice[] {
  const { text } = yaml
  const document = yaml.documents[edit.place.document]
  if (!document) throw new NotEditable('the document is not there', 0)
  switch (edit.kind) {
    case 'set':
      return [replaceScalar(existing(document, edit.place), edit.value)]
    case 'set-list':
      return setList(text, document, edit.place, edit.items)
    case 'put':
      return [putValue(text, document, edit.place, edit.fragment)]
    case 'add-key':
      return [addKey(text, document, edit.place, edit.key, edit.value)]
    case 'remove-key':
      return [removeKey(text, document, edit.place, edit.key)]
    case 'add-item':
      return [addItem(text, document, edit.place, edit.item)]
    case 'put-item':
      return [putItem(text, document, edit.place, edit.fragment)]
    case 'remove-item':
      return [removeItem(text, document, edit.place)]
  }
}

function replaceScalar({ node }: Found, value: string): Splice {
  if (!isScalar(node) || !node.range) throw new NotEditable('the value is not a scalar', startOf(node))
  const text = printScalarText(value, node.type as Scalar.Type | undefined)
  if (text === undefined) throw new NotEditable('the value is a block of text', startOf(node))
  return { start: node.range[0], end: node.range[1], text }
}
