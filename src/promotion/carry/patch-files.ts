import { posix } from 'node:path'
import type { YamlPath } from '../edit/yaml-file.ts'

type Fields = Readonly<Record<string, unknown>>

/** A file of patches, and the object it is for where the kustomization says so. */
export interface PatchFile {
  readonly path: string
  readonly target?: string
}

/** Files named by `patches`, `patchesStrategicMerge` and `patchesJson6902`. */
export function patchFiles(directory: string, value: Fields): PatchFile[] {
  const named = patchEntries(value).flatMap(({ item }) => {
    if (typeof item === 'string') return item.includes('\n') ? [] : [{ path: item }]
    const path = textOf(item, 'path')
    return path ? [{ path, ...targetOf(item) }] : []
  })
  return named
    .filter(({ path }) => !path.includes('://'))
    .map((patch) => ({ ...patch, path: posix.join(directory, patch.path) }))
}

/** The object a patch is for, where the kustomization says so. */
export function targetOf(item: unknown): { target?: string } {
  const target: unknown = typeof item === 'object' && item !== null && 'target' in item ? item.target : undefined
  const kind = textOf(target, 'kind')
  const name = textOf(target, 'name')
  return kind || name ? { target: `${kind ?? '*'}/${name ?? '*'}` } : {}
}

/** Every entry of the lists of patches, and where it stands. */
export function patchEntries(value: Fields): { item: unknown; path: YamlPath }[] {
  return ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap((field) => {
    const list = value[field]
    return Array.isArray(list) ? list.map((item: unknown, i) => ({ item, path: [field, i] })) : []
  })
}

export function textOf(value: unknown, key: string): string | undefined {
  const found: unknown =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return typeof found === 'string' ? found : undefined
}
