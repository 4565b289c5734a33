import { isScalar, isSeq } from 'yaml'
import { LockstepError } from '../../model/errors.ts'
import { findNode, scalarText, type YamlPath } from '../edit/yaml-file.ts'
import type { CarriedField } from './carried-field.ts'
import type { Kustomization } from './kustomization-sources.ts'
import { scalarField } from './scalar-field.ts'

/** The value or list of values at a field path like `configMapGenerator[name=features].literals`; nothing where it is not set. */
export function readPath(kustomization: Kustomization, fieldPath: string): CarriedField[] {
  const path = resolvePath(kustomization.value, fieldPath)
  const [document] = kustomization.yaml.documents
  const node = path && document && findNode(document, path)?.node
  if (!path || !document || !node) return []
  const field = scalarField(kustomization, fieldPath, path)
  if (field.length > 0) return field
  const line = kustomization.yaml.lineAt(node.range?.[0] ?? 0)
  if (!isSeq(node) || !node.items.every((item) => isScalar(item)))
    throw new LockstepError({
      code: 'CARRY_PATH_UNSUPPORTED',
      message: `${fieldPath} is neither a value nor a list of values.`,
      file: kustomization.file,
      line,
      remedy: 'Name the values inside it, or carry the file as a whole with `files`.',
    })
  const value = node.items.map((item) => scalarText(document, item) ?? '')
  const { file, directory } = kustomization
  return [{ id: fieldPath, value, file, line, directory, place: { document: 0, path } }]
}

/** `images[name=a].newTag` → ['images', 0, 'newTag'] in this value; undefined when a step leads nowhere. */
export function resolvePath(root: unknown, fieldPath: string): YamlPath | undefined {
  const path: (string | number)[] = []
  let value: unknown = root
  for (const segment of fieldPath.matchAll(/([^.[\]]+)(?:\[([^=\]]+)=([^\]]+)\])?\.?/g)) {
    const [, key = '', field, wanted] = segment
    value = (value as Record<string, unknown> | undefined)?.[key]
    path.push(key)
    if (value === undefined || value === null) return undefined
    if (field === undefined) continue
    const index = Array.isArray(value) ? value.findIndex((item) => String(Object(item)[field]) === wanted) : -1
    if (index === -1) return undefined
    value = (value as unknown[])[index]
    path.push(index)
  }
  return path
}
