import { posix } from 'node:path'
import type { TreeEntry } from '../../model/tree.ts'
import { filesBelow } from './files-below.ts'

/** A file carried as a whole. */
export interface WholeFile {
  /** From the repository's root. */
  readonly path: string
  /** Blob id. */
  readonly id: string
  /** Git's file mode. */
  readonly mode: TreeEntry['mode']
}

/** What a `files` rule names: one file, or all that match a pattern or stand in a directory. */
export interface FileMatch {
  readonly rule: string
  /** True for patterns and directories: what is gone in the source goes in the target. */
  readonly isMany: boolean
  /** By name below the overlay. */
  readonly files: ReadonlyMap<string, WholeFile>
}

/** The files that a rule names below an overlay. Other overlays' directories and the overlay's own kustomization are not part of a pattern. */
export function matchFiles(
  entries: ReadonlyMap<string, TreeEntry>,
  overlay: string,
  rule: string,
  isExcluded: (path: string) => boolean,
): FileMatch {
  const single = entries.get(posix.join(overlay, rule))
  if (single) return { rule, isMany: false, files: new Map([[rule, single]]) }
  const matches = patternOf(rule)
  const files = new Map<string, WholeFile>()
  for (const entry of filesBelow(entries, overlay)) {
    if (isExcluded(entry.path)) continue
    const name = posix.relative(overlay, entry.path)
    if (matches.test(name)) files.set(name, entry)
  }
  return { rule, isMany: rule.includes('*') || files.size > 0, files }
}

/** `*` within a name, `**` over directories; anything below what matches. */
function patternOf(rule: string): RegExp {
  const source = rule
    .split('/')
    .map((part) => (part === '**' ? '.*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')))
    .join('/')
    .replaceAll('.*/', '(?:.*/)?')
  return new RegExp(`^${source}(?:/.*)?$`)
}
