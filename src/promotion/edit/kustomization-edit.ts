import { isScalar, Scalar } from 'yaml'
import { LockstepError } from '../../model/errors.ts'
import { applySplice, type Edit, type Splice } from './edit.ts'
import { documentValue, findNode, parseYamlFile, scalarText, type YamlFile } from './yaml-file.ts'
import { lineStart, nextLine } from './yaml-lines.ts'
import { NotEditable, spliceFor } from './yaml-splice.ts'

/**
 * `text` with the edits made, each by replacing the characters of its value alone: comments, order, quotes, line endings and
 * everything else stay byte for byte. Each result is parsed again and refused (EDIT_NOT_EXACT) unless only that value changed.
 * Throws YAML_NOT_EDITABLE with file and line where a value is written as an alias, with an anchor or as a block of text.
 */
export function editYaml(text: string, file: string, edits: readonly Edit[]): string {
  return edits.reduce((current, edit) => editOnce(current, file, edit), text)
}

function editOnce(text: string, file: string, edit: Edit): string {
  const before = parseYamlFile(text, file)
  const edited = applySplice(text, place(before, edit))
  const after = parseYamlFile(edited, file)
  if (!isExactly(before, after, edit)) throw notExact(before, edit)
  return edited
}

function place(yaml: YamlFile, edit: Edit): Splice {
  try {
    return edit.place.inline ? spliceInline(yaml, edit) : spliceFor(yaml, edit)
  } catch (error) {
    if (error instanceof NotEditable) throw notEditable(yaml, error)
    throw error
  }
}

/** Edits YAML that stands inside a literal block of another file: found in the block's text, made in the file's. */
function spliceInline(yaml: YamlFile, edit: Edit): Splice {
  const { document, path, inline } = edit.place
  const outer = yaml.documents[document]
  const node = outer && findNode(outer, path)?.node
  if (!inline || !isScalar(node) || !node.range || typeof node.value !== 'string')
    throw new NotEditable('no inline patch stands here', node?.range?.[0] ?? 0)
  if (node.type !== Scalar.BLOCK_LITERAL || node.anchor)
    throw new NotEditable('only a patch written as a literal block (|) can be edited', node.range[0])
  const inner = parseYamlFile(node.value, yaml.file)
  const splice = spliceFor(inner, { ...edit, place: inline })
  if (inner.lineAt(splice.start) !== inner.lineAt(splice.end))
    throw new NotEditable('the value spans lines', node.range[0])
  const shift = (offset: number) => outerOffset(yaml.text, node.range?.[0] ?? 0, inner, offset)
  return { start: shift(splice.start), end: shift(splice.end), text: splice.text }
}

/** Line k of a literal block is line k after its header, moved right by the block's indentation. */
function outerOffset(text: string, header: number, inner: YamlFile, offset: number): number {
  let line = nextLine(text, header)
  const first = line
  for (let k = 1; k < inner.lineAt(offset); k++) line = nextLine(text, line)
  const indent = blockIndent(text.slice(first))
  return line + indent + (offset - lineStart(inner.text, offset))
}

function blockIndent(block: string): number {
  return /^(?:[ ]*\r?\n)*( *)/.exec(block)?.[1]?.length ?? 0
}

function isExactly(before: YamlFile, after: YamlFile, edit: Edit): boolean {
  const expected = before.documents.map((document) => structuredClone(documentValue(before.file, document)))
  const actual = after.documents.map((document) => documentValue(after.file, document))
  const { document, path, inline } = edit.place
  if (inline) {
    const outer = scalarAt(after, document, path)
    const was = scalarAt(before, document, path)
    if (outer === undefined || was === undefined) return false
    const patch = parseYamlFile(outer, after.file)
    if (!isExactly(parseYamlFile(was, before.file), patch, { ...edit, place: inline })) return false
    expected[document] = withChange(expected[document], path, () => outer)
  } else {
    expected[document] = change(expected[document], edit)
  }
  return printed(expected) === printed(actual) && readsAsText(after, edit)
}

/** The value must be read back as this very string, by the text it stands as. */
function readsAsText(after: YamlFile, edit: Edit): boolean {
  if (edit.kind !== 'set' || edit.place.inline) return true
  return scalarAt(after, edit.place.document, edit.place.path) === edit.value
}

function scalarAt(yaml: YamlFile, document: number, path: Edit['place']['path']): string | undefined {
  const parsed = yaml.documents[document]
  const found = parsed && findNode(parsed, path)
  return found && scalarText(parsed, found.node)
}

type Holder = Record<string | number, unknown>

function change(root: unknown, edit: Edit): unknown {
  const { path } = edit.place
  switch (edit.kind) {
    case 'set':
      return withChange(root, path, () => edit.value)
    case 'add-key':
      return withChange(root, path, (map) => ({ ...(map as Holder), [edit.key]: edit.value }))
    case 'remove-key':
      return withChange(root, path, (map) => withoutKey(map as Holder, edit.key))
    case 'add-item':
      return withChange(root, path, (list) => [...((list as unknown[] | null | undefined) ?? []), edit.item])
    case 'remove-item':
      return withoutItem(root, path)
  }
}

function withoutItem(root: unknown, path: Edit['place']['path']): unknown {
  const index = path.at(-1)
  const listPath = path.slice(0, -1)
  const shrunk = withChange(root, listPath, (list) => (list as unknown[]).filter((_, i) => i !== index))
  const isEmpty = (valueAt(shrunk, listPath) as unknown[]).length === 0
  if (!isEmpty) return shrunk
  return withChange(shrunk, listPath.slice(0, -1), (map) => withoutKey(map as Holder, String(listPath.at(-1))))
}

function withChange(root: unknown, path: Edit['place']['path'], update: (value: unknown) => unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return update(root)
  if (Array.isArray(root)) return root.map((item, i) => (i === step ? withChange(item, rest, update) : item))
  const map = (root ?? {}) as Holder
  return { ...map, [step]: withChange(map[step], rest, update) }
}

function valueAt(root: unknown, path: Edit['place']['path']): unknown {
  return path.reduce<unknown>((value, step) => (value as Holder | null)?.[step], root)
}

function withoutKey(map: Holder, key: string): Holder {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key))
}

function printed(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))
}

function notEditable(yaml: YamlFile, { message, offset }: NotEditable): LockstepError {
  return new LockstepError({
    code: 'YAML_NOT_EDITABLE',
    message: `This value cannot be changed without touching others: ${message}.`,
    file: yaml.file,
    line: yaml.lineAt(offset),
    remedy: 'Write it as a plain or quoted value of its own.',
  })
}

function notExact(yaml: YamlFile, edit: Edit): LockstepError {
  const document = yaml.documents[edit.place.document]
  const node = document && findNode(document, edit.place.path)?.node
  return new LockstepError({
    code: 'EDIT_NOT_EXACT',
    message: `Changing ${edit.place.path.join('.')} here would change something else too.`,
    file: yaml.file,
    line: yaml.lineAt(node?.range?.[0] ?? 0),
    remedy: 'Write it as a plain or quoted value of its own.',
  })
}
