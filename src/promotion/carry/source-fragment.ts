import type { Fragment } from '../edit/edit.ts'
import { fragmentAt } from '../edit/fragment.ts'
import { notEditable } from '../edit/kustomization-edit.ts'
import { NotEditable } from '../edit/not-editable.ts'
import type { YamlFile, YamlPath } from '../edit/yaml-file.ts'

/** The value at a path with its text. Throws YAML_NOT_EDITABLE, by file and line, where it could not stand elsewhere. */
export function sourceFragment(yaml: YamlFile, document: number, path: YamlPath): Fragment {
  try {
    return fragmentAt(yaml, document, path)
  } catch (error) {
    if (error instanceof NotEditable) throw notEditable(yaml, error)
    throw error
  }
}
