/** A version as charts have them; parts that were left out are 0. */
export interface SemanticVersion {
  readonly numbers: readonly [bigint, bigint, bigint]
  /** The parts after `-`, empty for a release. */
  readonly prerelease: readonly string[]
}

const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/
const STRICT = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:[-+]|$)/

/** Reads what helm reads: `1.2.3`, `v1.2`, `1.2.3-rc.1+build`. */
export function parseVersion(text: string): SemanticVersion | undefined {
  const match = VERSION.exec(text)
  if (!match) return undefined
  const [, major = '0', minor = '0', patch = '0', prerelease] = match
  return { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], prerelease: prerelease?.split('.') ?? [] }
}

/** All three numbers are there and nothing else: helm reads only such tags of a registry as versions. */
export function isStrictVersion(text: string): boolean {
  return STRICT.test(text) && parseVersion(text) !== undefined
}

/** Below zero where `one` comes first; what stands after `+` does not count. */
export function compareVersions(one: SemanticVersion, other: SemanticVersion): number {
  for (const [index, number] of one.numbers.entries()) {
    const against = other.numbers[index] ?? 0n
    if (number !== against) return number < against ? -1 : 1
  }
  return comparePrereleases(one.prerelease, other.prerelease)
}

function comparePrereleases(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return other.length - one.length
  for (const [index, part] of one.entries()) {
    const against = other[index]
    if (against === undefined) return 1
    const order = compareParts(part, against)
    if (order !== 0) return order
  }
  return one.length - other.length
}

/** Numbers come before texts. */
function compareParts(one: string, other: string): number {
  const [first, second] = [one, other].map((part) => (/^\d+$/.test(part) ? BigInt(part) : undefined))
  if (first !== undefined && second !== undefined) return first < second ? -1 : Number(first > second)
  if (first !== undefined) return -1
  if (second !== undefined) return 1
  return one < other ? -1 : Number(one > other)
}
