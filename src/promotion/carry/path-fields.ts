import { refuseMergeKey } from '../edit/merge-key.ts'
import type { YamlFile } from '../edit/yaml-file.ts'
import type { CarriedField, FieldGap } from './carried-field.ts'
import { followPath, parseFieldPath } from './field-path.ts'
import type { Kustomization } from './kustomization-sources.ts'
import { namedValue } from './named-value.ts'

/** What stands at a field path like `configMapGenerator[name=features].literals`; nothing where it is not set. */
export function readPath({ yaml, value, file, directory }: Kustomization, fieldPath: string): CarriedField[] {
  const { path, rest } = followPath(value, parseFieldPath(fieldPath))
  const found = rest.length === 0 ? namedValue(yaml, 0, path) : undefined
  return found
    ? [{ id: fieldPath, file, directory, place: { document: 0, path }, ...found, ...secrecy(fieldPath) }]
    : []
}

/** Where the field could be added, see `gapIn`. */
export function readGap(kustomization: Kustomization, fieldPath: string): FieldGap[] {
  const { yaml, value, file, directory } = kustomization
  const gap = gapIn(yaml, 0, value, fieldPath)
  return gap ? [{ id: fieldPath, file, directory, ...gap, ...secrecy(fieldPath) }] : []
}

/** The holder of what a path names and does not find. Maps on the way need not be there, nor a list at the top of the file; its members must. Throws YAML_NOT_EDITABLE where it may come from a merge key. */
export function gapIn(
  yaml: YamlFile,
  document: number,
  value: unknown,
  fieldPath: string,
): Pick<FieldGap, 'place' | 'key' | 'inside' | 'line'> | undefined {
  const steps = parseFieldPath(fieldPath)
  const { path, rest } = followPath(value, steps)
  if (rest.length > 0) refuseMergeKey(yaml, document, path)
  const [missing, last] = rest
  const line = namedValue(yaml, document, path)?.line ?? 1
  if (rest.length === 1 && missing?.kind === 'member') return { place: { document, path }, line }
  const [key, ...inside] = rest.flatMap((step) => (step.kind === 'key' ? [step.key] : []))
  if (key !== undefined && inside.length + 1 === rest.length) return { place: { document, path }, line, key, inside }
  if (rest.length === 2 && path.length === 0 && missing?.kind === 'key' && last?.kind === 'member')
    return { place: { document, path: [missing.key] }, line }
  return undefined
}

function secrecy(fieldPath: string): { isSecret?: true } {
  return fieldPath.startsWith('secretGenerator') ? { isSecret: true } : {}
}
