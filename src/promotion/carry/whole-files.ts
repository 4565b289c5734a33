import { posix } from 'node:path'
import { canonicalJson, type Json } from '../../model/json.ts'
import { blobId } from '../../model/tree.ts'
import { documentValue, parseYamlFile } from '../edit/yaml-file.ts'
import type { OverlayFields } from './carried-fields.ts'
import type { CarriedChange } from './carry.ts'
import { carryConflict, refuseLink } from './carry-conflict.ts'
import type { Sources } from './kustomization-sources.ts'
import { originFor } from './origin.ts'

export interface WholeFiles {
  readonly files: Map<string, string | null>
  readonly carried: CarriedChange[]
}

/** Files carried as a whole. Where the edits made so far already give the same values, the target's own text stays. */
export async function wholeFiles(
  sources: Sources,
  edited: ReadonlyMap<string, string>,
  targets: readonly OverlayFields[],
  { origins, exact }: { origins: readonly OverlayFields[]; exact: boolean },
): Promise<WholeFiles> {
  const files = new Map<string, string | null>(edited)
  const carried: CarriedChange[] = []
  for (const { overlay, files: current } of targets) {
    const wanted = originFor(overlay, origins).files
    const names = new Set([...wanted.keys(), ...(exact ? current.keys() : [])])
    for (const name of names) {
      const path = posix.join(overlay.path, name)
      const before = edited.get(path) ?? current.get(name)
      const after = wanted.get(name)
      if (before === after || (before !== undefined && after !== undefined && meansTheSame(before, after, path)))
        continue
      refuseLink(sources, path)
      if (!sources.isOwn({ directory: overlay.path, file: path }, overlay))
        throw carryConflict(path, 'others use this file')
      files.set(path, after ?? null)
      carried.push({ path: name, before: contentId(current.get(name)), after: contentId(after), file: path, line: 1 })
    }
  }
  return { files, carried }
}

function meansTheSame(a: string, b: string, file: string): boolean {
  if (!/\.ya?ml$/.test(file)) return false
  const values = (text: string) => {
    const yaml = parseYamlFile(text, file)
    return canonicalJson(yaml.documents.map((document) => documentValue(file, document)) as Json)
  }
  try {
    return values(a) === values(b)
  } catch {
    return false
  }
}

function contentId(content: string | undefined): string | null {
  return content === undefined ? null : `file ${blobId(content).slice(0, 12)}`
}
