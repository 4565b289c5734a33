import type { VersionPolicy } from '../../config/versions.ts'
import { compareVersions, parseVersion, type SemanticVersion } from '../../model/semantic-version.ts'
import { parseTagPattern } from '../../model/tag-pattern.ts'
import { parseRange } from '../../model/version-range.ts'
import { olderByNumbers } from './version-order.ts'

/** The order in which a policy puts the tags that it takes in. */
export interface TagOrder {
  /** The newest of the tags; of equals the first in the order of characters. Undefined where none is taken in. */
  newest(tags: Iterable<string>): string | undefined
  takesIn(tag: string): boolean
  /** Whether a tag comes after another, which it does too where only the other is not taken in. */
  isNewer(tag: string, other: string): boolean
}

/** Whether a version comes before the tag that is there: by the policy, and by semantic versions where that does not take the tag in. */
export function isOlderBy(order: TagOrder | undefined, version: { readonly tag: string }, there: string): boolean {
  return order?.takesIn(there) ? order.isNewer(there, version.tag) : olderByNumbers(version, there)
}

/** How tags are compared; undefined for those that the policy does not take in. */
interface Ranking<T> {
  read(tag: string): T | undefined
  compare(one: T, other: T): number
}

export function tagOrder(policy: VersionPolicy): TagOrder {
  return 'semver' in policy ? orderBy(semverRanking(policy.semver)) : orderBy(patternRanking(policy))
}

function orderBy<T>({ read, compare }: Ranking<T>): TagOrder {
  return {
    newest(tags) {
      let best: { readonly tag: string; readonly rank: T } | undefined
      for (const tag of tags) {
        const rank = read(tag)
        if (rank === undefined) continue
        const order = best ? compare(rank, best.rank) : 1
        if (!best || order > 0 || (order === 0 && tag < best.tag)) best = { tag, rank }
      }
      return best?.tag
    },
    takesIn: (tag) => read(tag) !== undefined,
    isNewer(tag, other) {
      const [one, before] = [read(tag), read(other)]
      if (one === undefined) return false
      return before === undefined || compare(one, before) > 0
    },
  }
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
