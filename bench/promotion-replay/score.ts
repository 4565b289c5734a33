import type { Promotion } from './promotions.ts'

export interface Replayed {
  readonly promotion: Promotion
  readonly subject: string
  /** Empty when Lockstep makes the same bytes. */
  readonly differences: readonly string[]
  /** A script with the plain rule makes the same bytes. */
  readonly isPlain: boolean
  /** All that the team added stood upstream: the most that any rule could have known. */
  readonly isUpstream: boolean
}

const SHOWN = 4

/** Every miss with its reason, and the score beside the plain rule's. */
export function printScore(name: string, replayed: readonly Replayed[]): string {
  const misses = replayed.filter(({ differences }) => differences.length > 0)
  const plain = replayed.filter(({ isPlain }) => isPlain).length
  const upstream = replayed.filter(({ isUpstream }) => isUpstream).length
  const same = replayed.length - misses.length
  return [
    ...misses.flatMap(printMiss),
    ...replayed
      .filter(isStale)
      .map(({ promotion }) => `${promotion.commit.slice(0, 10)} is the same now, and listed with a reason`),
    `${name}: ${replayed.length} promotions, ${share(same, replayed.length)} the same bytes; plain rule ${share(plain, replayed.length)}; all stood upstream in ${share(upstream, replayed.length)}`,
    '',
  ].join('\n')
}

function printMiss({ promotion, subject, differences, isPlain }: Replayed): string[] {
  const { commit, applications, from, to, because } = promotion
  const more = differences.length - SHOWN
  return [
    `${commit.slice(0, 10)} ${applications.join(', ')}: ${from} → ${to}${isPlain ? ' (plain rule: same)' : ''} ${subject}`,
    `  why: ${because ?? 'NOT EXPLAINED'}`,
    ...differences.slice(0, SHOWN).map((difference) => `  ${difference}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

function isStale({ promotion, differences }: Replayed): boolean {
  return differences.length === 0 && promotion.because !== undefined
}

function share(part: number, whole: number): string {
  return `${part} (${((100 * part) / Math.max(whole, 1)).toFixed(1)} %)`
}
