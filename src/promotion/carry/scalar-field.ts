import { findNode, scalarText, type YamlPath } from '../edit/yaml-file.ts'
import type { CarriedField } from './carried-field.ts'
import type { Kustomization } from './kustomization-sources.ts'

/** The scalar at a path of the kustomization file as a field; nothing where none stands. */
export function scalarField(kustomization: Kustomization, id: string, path: YamlPath): CarriedField[] {
  const { yaml, file, directory } = kustomization
  const [document] = yaml.documents
  const found = document && findNode(document, path)
  const value = document && scalarText(document, found?.node ?? null)
  if (value === undefined) return []
  const line = yaml.lineAt(found?.node?.range?.[0] ?? 0)
  return [{ id, value, file, line, directory, place: { document: 0, path } }]
}
