import { compareVersions, type SemanticVersion } from '../../model/semantic-version.ts'

/**
 * The newest of the tags that match (`*` stands for any text): the highest semantic version, pre-releases only where no release
 * matches; where none is a semantic version, the last in version order (`build-9` before `build-10`). undefined: none matches.
 */
export function highestTag(pattern: string, tags: readonly string[]): string | undefined {
  const matching = tags.filter((tag) => matches(pattern, tag))
  const versions = matching.flatMap((tag) => parseTag(tag) ?? [])
  const releases = versions.filter(({ prerelease }) => prerelease.length === 0)
  const [highest] = (releases.length > 0 ? releases : versions).sort((a, b) => compareTagged(b, a))
  return highest?.tag ?? matching.sort((a, b) => natural(b, a))[0]
}

/** By parts instead of a regular expression: a pattern with many stars must not cost more than one with few. */
function matches(pattern: string, tag: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return tag === pattern
  if (!tag.startsWith(first) || tag.length < first.length + last.length || !tag.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = tag.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= tag.length - last.length
}

interface TaggedVersion extends SemanticVersion {
  readonly tag: string
}

/** `v1.2.3`, `1.2.3-rc.1+build`, `checkout-v1.2.3`, `checkout/1.2.3`. */
const VERSION =
  /(?:^|[^0-9A-Za-z.])v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/

function parseTag(tag: string): TaggedVersion | undefined {
  const match = VERSION.exec(tag)
  if (!match) return undefined
  const [, major = '0', minor = '0', patch = '0', prerelease] = match
  return { tag, numbers: [BigInt(major), BigInt(minor), BigInt(patch)], prerelease: prerelease?.split('.') ?? [] }
}

/** Equal versions by their tags, so that the answer never depends on the order of the tags. */
function compareTagged(a: TaggedVersion, b: TaggedVersion): number {
  return compareVersions(a, b) || natural(a.tag, b.tag)
}

/** Runs of digits by their number, everything else by its characters. */
function natural(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []]
  for (const [index, word] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const order = compareRuns(word, other)
    if (order !== 0) return order
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0)
}

function compareRuns(a: string, b: string): number {
  if (/^\d/.test(a) && /^\d/.test(b)) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0
  return a < b ? -1 : a > b ? 1 : 0
}
