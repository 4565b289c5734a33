import type { Promotion } from './promotions.ts'

export interface Replayed {
  readonly promotion: Promotion
  readonly subject: string
  /** Empty when Lockstep makes the same bytes. */
  readonly differences: readonly string[]
  /** A script with the plain rule makes the same bytes. */
  readonly isPlain: boolean
  /** A line that the team added and that did not stand upstream: no rule that copies could know it. */
  readonly notUpstream?: string
  /** The plain rule finds nothing left to move after the team's commit. */
  readonly isAll: boolean
}

const SHOWN = 4
const WIDTH = 160

/** Every miss with its reason. */
export function printMisses(replayed: readonly Replayed[]): string {
  const lines = [
    ...replayed.filter(({ differences }) => differences.length > 0).flatMap(printMiss),
    ...replayed
      .filter(isStale)
      .map(({ promotion }) => `${promotion.commit.slice(0, 10)} is the same now, and listed with a reason`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** The score beside the plain rule's: of all, and of those that a rule could know. */
export function printShares(name: string, replayed: readonly Replayed[]): string {
  const upstream = replayed.filter(({ notUpstream }) => notUpstream === undefined)
  return [
    `${name}: ${shares(replayed)}`,
    `  all they add stood upstream: ${shares(upstream)}`,
    `  and they move all that waited there: ${shares(upstream.filter(({ isAll }) => isAll))}`,
    '',
  ].join('\n')
}

function shares(replayed: readonly Replayed[]): string {
  const same = replayed.filter(({ differences }) => differences.length === 0).length
  const plain = replayed.filter(({ isPlain }) => isPlain).length
  const share = (part: number) => `${part} (${((100 * part) / Math.max(replayed.length, 1)).toFixed(1)} %)`
  return `${replayed.length} promotions, ${share(same)} the same bytes, plain rule ${share(plain)}`
}

function printMiss(replayed: Replayed): string[] {
  const { promotion, subject, differences, isPlain } = replayed
  const { commit, applications, from, to } = promotion
  const more = differences.length - SHOWN
  return [
    `${commit.slice(0, 10)} ${applications.join(', ')}: ${from} → ${to}${isPlain ? ' (plain rule: same)' : ''} ${subject}`,
    `  why: ${reasonOf(replayed)}`,
    ...differences.slice(0, SHOWN).map((difference) => `  ${difference}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

function reasonOf({ promotion, notUpstream }: Replayed): string {
  if (promotion.because !== undefined) return promotion.because
  return notUpstream === undefined
    ? 'NOT EXPLAINED'
    : `adds "${notUpstream.slice(0, WIDTH)}", which ${promotion.from} does not have then`
}

function isStale({ promotion, differences }: Replayed): boolean {
  return differences.length === 0 && promotion.because !== undefined
}
