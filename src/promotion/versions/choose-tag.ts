import type { VersionPolicy } from '../../config/versions.ts'
import { compareVersions, parseVersion, type SemanticVersion } from '../../model/semantic-version.ts'
import { parseTagPattern } from '../../model/tag-pattern.ts'
import { parseRange } from '../../model/version-range.ts'

/** How a policy compares tags; undefined for tags that it does not take in. */
interface Ranking<T> {
  read(tag: string): T | undefined
  compare(one: T, other: T): number
}

/** The newest of the tags by the policy; of equals the first in the order of characters. Undefined where none fits. */
export function chooseTag(tags: Iterable<string>, policy: VersionPolicy): string | undefined {
  return 'semver' in policy ? highest(tags, semverRanking(policy.semver)) : highest(tags, patternRanking(policy))
}

function highest<T>(tags: Iterable<string>, { read, compare }: Ranking<T>): string | undefined {
  let best: { readonly tag: string; readonly rank: T } | undefined
  for (const tag of tags) {
    const rank = read(tag)
    if (rank === undefined) continue
    const order = best ? compare(rank, best.rank) : 1
    if (!best || order > 0 || (order === 0 && tag < best.tag)) best = { tag, rank }
  }
  return best?.tag
}

/** A tag with fewer than three numbers moves on with each release, so it is no version. */
function semverRanking(text: string): Ranking<SemanticVersion> {
  const range = parseRange(text)
  return {
    read(tag) {
      const version = /^v?\d+\.\d+\.\d/.test(tag) ? parseVersion(tag) : undefined
      return version && range?.includes(version) ? version : undefined
    },
    compare: compareVersions,
  }
}

function patternRanking({ regex, order }: Extract<VersionPolicy, { regex: string }>): Ranking<string | bigint> {
  const pattern = parseTagPattern(regex)
  return {
    read(tag) {
      const found = typeof pattern === 'string' ? undefined : pattern.read(tag)
      if (order === 'alphabetical' || found === undefined) return found
      return /^\d+$/.test(found) ? BigInt(found) : undefined
    },
    compare: (one, other) => (one < other ? -1 : Number(one > other)),
  }
}
