import { posix } from 'node:path'
import { documentValue, findNode, parseYamlFile, scalarText, type YamlFile } from '../edit/yaml-file.ts'
import type { CarriedField, FieldGap } from './carried-field.ts'
import { followPath, parseFieldPath } from './field-path.ts'
import type { Kustomization } from './kustomization-sources.ts'
import { namedValue } from './named-value.ts'
import { patchEntries, patchFiles, targetOf, textOf } from './patch-files.ts'
import { objectOf } from './patch-images.ts'
import { gapIn } from './path-fields.ts'

/** A field inside a patch: `patch` is a file of patches as the kustomization names it, or the object a patch is for (`Deployment/shop`). */
export interface PatchRule {
  readonly patch: string
  readonly path: string
}

/** Where the rule's field stands in the patches of this kustomization, or could be added. */
export interface PatchFields {
  readonly fields: readonly CarriedField[]
  readonly gaps: readonly FieldGap[]
}

/** Reads the rule's field in patch files (whose `texts` are by path) and in patches written inside the kustomization file. */
export function readPatchFields(
  kustomization: Kustomization,
  texts: ReadonlyMap<string, string>,
  rule: PatchRule,
): PatchFields {
  const parts = [...filePatches(kustomization, texts), ...inlinePatches(kustomization)].flatMap((patch) =>
    documentsOf(patch, rule),
  )
  return { fields: parts.flatMap(({ fields }) => fields), gaps: parts.flatMap(({ gaps }) => gaps) }
}

interface Patch {
  readonly yaml: YamlFile
  readonly file: string
  readonly directory: string
  /** As the kustomization names it; absent for inline patches. */
  readonly name?: string
  readonly target?: string
  /** Where an inline patch stands, and its first line less one. */
  readonly outer?: { readonly path: readonly (string | number)[]; readonly line: number }
}

function filePatches({ directory, value }: Kustomization, texts: ReadonlyMap<string, string>): Patch[] {
  return patchFiles(directory, value).flatMap(({ path, target }) => {
    const text = texts.get(path)
    if (text === undefined) return []
    const name = posix.relative(directory, path)
    return [{ yaml: parseYamlFile(text, path), file: path, directory, name, ...(target && { target }) }]
  })
}

function inlinePatches({ yaml, file, directory, value }: Kustomization): Patch[] {
  return patchEntries(value).flatMap(({ item, path }) => {
    const at = typeof item === 'string' ? path : [...path, 'patch']
    const text = typeof item === 'string' && item.includes('\n') ? item : textOf(item, 'patch')
    const [outer] = yaml.documents
    if (text === undefined || !outer) return []
    const line = yaml.lineAt(findNode(outer, at)?.node?.range?.[0] ?? 0)
    return [{ yaml: parseYamlFile(text, file), file, directory, outer: { path: at, line }, ...targetOf(item) }]
  })
}

function documentsOf(patch: Patch, rule: PatchRule): PatchFields[] {
  const { yaml, file, directory, name, target, outer } = patch
  return yaml.documents.flatMap((document, index): PatchFields[] => {
    const object = objectOf(document, target)
    if (rule.patch !== name && rule.patch !== object) return []
    const value = documentValue(file, document)
    const { path, rest } = followPath(value, parseFieldPath(rule.path))
    const inner = { document: index, path }
    const common = {
      id: `patches[${object}]${separated(rule.path)}`,
      file,
      directory,
      ...secrecy(object, scalarText(document, findNode(document, ['kind'])?.node ?? null)),
    }
    const placed = (place: typeof inner) => (outer ? { document: 0, path: outer.path, inline: place } : place)
    const lineOf = (line: number) => line + (outer?.line ?? 0)
    const found = rest.length === 0 ? namedValue(yaml, index, path) : undefined
    if (found) return [{ fields: [{ ...common, ...found, line: lineOf(found.line), place: placed(inner) }], gaps: [] }]
    const gap = gapIn(yaml, index, value, rule.path)
    if (!gap || gap.place.path.length === 0) return []
    const place = placed({ document: index, path: gap.place.path })
    return [{ fields: [], gaps: [{ ...common, ...gap, line: lineOf(gap.line), place }] }]
  })
}

function separated(path: string): string {
  return path.startsWith('[') ? path : `.${path}`
}

function secrecy(object: string, kind: string | undefined): { isSecret?: true } {
  return kind === 'Secret' || object.startsWith('Secret/') ? { isSecret: true } : {}
}
