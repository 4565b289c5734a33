import { LockstepError } from '../../model/errors.ts'
import { applySplices, type Edit, type Splice } from './edit.ts'
import { expectedValue, withChange } from './expected-value.ts'
import { inlineSplices } from './inline-splice.ts'
import { NotEditable } from './not-editable.ts'
import { documentValue, findNode, parseYamlFile, scalarText, type YamlFile } from './yaml-file.ts'
import { splicesFor } from './yaml-splice.ts'

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
  const edited = applySplices(text, place(before, edit))
  const after = readAgain(edited, file)
  if (!after || !isExactly(before, after, edit)) throw notExact(before, edit)
  return edited
}

function place(yaml: YamlFile, edit: Edit): Splice[] {
  try {
    return edit.place.inline ? inlineSplices(yaml, edit) : splicesFor(yaml, edit)
  } catch (error) {
    if (error instanceof NotEditable) throw notEditable(yaml, error)
    throw error
  }
}

/** Undefined when it is not YAML any more, or an alias in it has lost its anchor: its lines are not those of the file as it is. */
function readAgain(edited: string, file: string): YamlFile | undefined {
  try {
    const yaml = parseYamlFile(edited, file)
    for (const document of yaml.documents) documentValue(file, document)
    return yaml
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}

function isExactly(before: YamlFile, after: YamlFile, edit: Edit): boolean {
  const expected = before.documents.map((document) => structuredClone(documentValue(before.file, document)))
  const actual = after.documents.map((document) => documentValue(after.file, document))
  const { document, path, inline } = edit.place
  if (inline) {
    const outer = scalarAt(after, document, path)
    const was = scalarAt(before, document, path)
    const patch = outer === undefined ? undefined : readAgain(outer, after.file)
    if (!patch || outer === undefined || was === undefined) return false
    if (!isExactly(parseYamlFile(was, before.file), patch, { ...edit, place: inline })) return false
    expected[document] = withChange(expected[document], path, () => outer)
  } else {
    expected[document] = expectedValue(expected[document], edit)
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

function printed(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))
}

/** YAML_NOT_EDITABLE: why, with the line in this file. */
export function notEditable(yaml: YamlFile, { message, offset }: NotEditable): LockstepError {
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
