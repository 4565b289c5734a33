import { SWEEP_MS } from './drift-facts.ts'
import type { GateVerdict } from './gate-verdict.ts'

/**
 * In how many milliseconds time alone may change the verdict: a green one ends with the first gate that closes, another may with the first that
 * opens. Undefined where the next sweep is sooner: it looks at every pull request.
 */
export function verdictEndsInMs({ conclusion, reasons }: GateVerdict, now: Date): number | undefined {
  const times = reasons.flatMap(({ verdict, opensAt, closesAt }) => {
    if (conclusion === 'success') return closesAt ?? []
    return verdict === 'passed' ? [] : (opensAt ?? [])
  })
  const waits = times.map((time) => Date.parse(time) - now.getTime()).filter((wait) => wait > 0)
  const next = Math.min(...waits)
  return next <= SWEEP_MS ? next : undefined
}
