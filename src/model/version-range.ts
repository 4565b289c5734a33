import { compareVersions, parseVersion, type SemanticVersion } from './semantic-version.ts'

/** What helm accepts as a chart's version: `^1.2`, `>=1.0.0 <2.0.0`, `1.x || 3.x`, `1.2 - 1.4`. */
export interface VersionRange {
  includes(version: SemanticVersion): boolean
}

interface Comparison {
  readonly operator: string
  readonly version: SemanticVersion
  /** How many of the three numbers are written out. */
  readonly numbers: number
}

const PARTIAL = 'v?(?:\\d+|[xX*])(?:\\.(?:\\d+|[xX*]))?(?:\\.(?:\\d+|[xX*]))?(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?'
const OPERATOR = '!=|>=|=>|<=|=<|~>|[=><~^]|'
const HYPHEN = new RegExp(`\\s*(${PARTIAL})\\s+-\\s+(${PARTIAL})\\s*`, 'g')
const GROUP = new RegExp(`^\\s*(?:${OPERATOR})\\s*${PARTIAL}\\s*(?:(?:\\s+|,\\s*)(?:${OPERATOR})\\s*${PARTIAL}\\s*)*$`)
const COMPARISON = new RegExp(`(${OPERATOR})\\s*(${PARTIAL})`, 'g')

/** Undefined where helm would call it improper. A range takes in pre-releases only where it names one itself. */
export function parseRange(text: string): VersionRange | undefined {
  const groups = text.replace(HYPHEN, '>=$1 <=$2').split('||')
  if (!groups.every((group) => GROUP.test(group))) return undefined
  const comparisons = groups.map((group) => [...group.matchAll(COMPARISON)].map(toComparison))
  return { includes: (version) => comparisons.some((group) => fits(group, version)) }
}

function fits(group: readonly Comparison[], version: SemanticVersion): boolean {
  const release = version.prerelease.length === 0
  if (!release && group.every((comparison) => comparison.version.prerelease.length === 0)) return false
  return group.every((comparison) => holds(comparison, version))
}

function toComparison([, operator = '', text = '']: RegExpExecArray): Comparison {
  const [numbers = ''] = /^[^-+]*/.exec(text.replace(/^v/, '')) ?? []
  const parts = numbers.split('.')
  const wild = parts.findIndex((part) => !/^\d+$/.test(part))
  const known = wild === -1 ? parts : parts.slice(0, wild)
  const prerelease = /-[^+]*/.exec(text)?.[0] ?? ''
  const version = parseVersion(`${[...known, '0', '0', '0'].slice(0, 3).join('.')}${prerelease}`)
  return { operator, version: version ?? ZERO, numbers: known.length }
}

const ZERO: SemanticVersion = { numbers: [0n, 0n, 0n], prerelease: [] }

function holds({ operator, version: bound, numbers }: Comparison, version: SemanticVersion): boolean {
  const order = compareVersions(version, bound)
  switch (operator) {
    case '!=':
      return numbers === 3 || numbers === 0 ? order !== 0 : !sameFirst(version, bound, numbers)
    case '>':
      return order > 0 && !(numbers > 0 && numbers < 3 && sameFirst(version, bound, numbers))
    case '<':
      return order < 0
    case '>=':
    case '=>':
      return order >= 0
    case '<=':
    case '=<':
      return order <= 0 || (numbers < 3 && sameFirst(version, bound, numbers))
    case '^':
      return order >= 0 && sameFirst(version, bound, fixedByCaret(bound, numbers))
    case '~':
    case '~>':
      return order >= 0 && sameFirst(version, bound, Math.min(numbers, 2))
    default:
      return numbers === 3 ? order === 0 : order >= 0 && sameFirst(version, bound, numbers)
  }
}

function sameFirst(one: SemanticVersion, other: SemanticVersion, count: number): boolean {
  return one.numbers.slice(0, count).every((number, index) => number === other.numbers[index])
}

/** Up to and with the first number that is not zero, as far as numbers are written out. */
function fixedByCaret({ numbers: [major, minor] }: SemanticVersion, written: number): number {
  if (major > 0n || written <= 1) return Math.min(written, 1)
  if (minor > 0n || written === 2) return 2
  return 3
}
