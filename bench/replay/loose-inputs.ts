import { createHash } from 'node:crypto'
import { posix } from 'node:path'

/** One commit as `git ls-tree -r -t` lists it: every directory, file and link by path. The root is the empty path. */
export interface Listing {
  readonly entries: ReadonlyMap<string, { readonly mode: string; readonly id: string }>
  /** Content of files that may refer to others, and of links, by blob id. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * A key that changes whenever anything changes that a build of `directory` could read: the directory with all that is below it, and with
 * everything that any text in there could mean by a path through `..` or a link, and so on. Knows nothing of kustomizations, so that a
 * field that Lockstep overlooks is not overlooked here; therefore much too large a set, which only costs builds.
 */
export function looseKey(listing: Listing, directory: string): string {
  const reached = new Set([directory])
  for (const path of reached)
    for (const mention of mentionsBelow(listing, path)) addMentioned(listing, mention, reached)
  const lines = [...reached].map((path) => `${path} ${listing.entries.get(path)?.id}`).sort()
  const links = [...listing.entries]
    .filter(([, { mode }]) => mode === '120000')
    .map(([path, { id }]) => `${path} ${id}`)
  return createHash('sha256')
    .update([directory, ...lines, ...links].join('\n'))
    .digest('hex')
}

interface Mention {
  readonly from: string
  readonly to: string
}

/** What texts at or below a path mention. */
function mentionsBelow(listing: Listing, path: string): readonly Mention[] {
  const known = below.get(listing) ?? indexMentions(listing)
  below.set(listing, known)
  return known.get(path) ?? []
}

const below = new WeakMap<Listing, Map<string, Mention[]>>()

/** Every `../…` of every text, and every link's target, by the text's path and each directory above it. */
function indexMentions({ entries, texts }: Listing): Map<string, Mention[]> {
  const found = new Map<string, Mention[]>()
  for (const [from, { mode, id }] of entries) {
    const text = texts.get(id)
    if (text === undefined) continue
    const words = mode === '120000' ? [text] : (text.match(/[\w.@+/-]*\.\.[\w.@+/-]*/g) ?? [])
    const mentions = [...new Set(words)].map((to) => ({ from, to }))
    for (let at = from; at !== '.' && mentions.length > 0; at = posix.dirname(at)) {
      found.set(at, [...(found.get(at) ?? []), ...mentions])
    }
  }
  return found
}

/** Paths in plugins' files are seen from the kustomization that names them, so from any directory above. */
function addMentioned(listing: Listing, { from, to }: Mention, reached: Set<string>): void {
  for (let at = posix.dirname(from); ; at = posix.dirname(at)) {
    const path = existing(listing, posix.join(at, to))
    if (path !== undefined && ![...reached].some((known) => path.startsWith(`${known}/`))) reached.add(path)
    if (at === '.') return
  }
}

/** The path itself, or the link on the way to it. The whole repository is never meant. */
function existing({ entries }: Listing, path: string): string | undefined {
  for (let at = path.replace(/\/$/, ''); at !== '.' && at !== '' && !at.startsWith('..'); at = posix.dirname(at)) {
    const entry = entries.get(at)
    if (entry && (at === path.replace(/\/$/, '') || entry.mode === '120000')) return at
  }
  return undefined
}
