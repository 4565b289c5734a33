import { type Target, targetId } from '../model/target.ts'
import type { TargetStatus } from '../model/target-status.ts'

/** Why an environment, or some of it, does not hold the newest revision on purpose. None of it is drift. */
export type Standing =
  /** Live fields that differ are left as they are; `fields` counts them. */
  | { readonly kind: 'suspended'; readonly fields: number }
  | { readonly kind: 'pinned'; readonly track: string }
  | { readonly kind: 'waiting'; readonly waitingFor: string; readonly targets: readonly Target[] }

/** `statuses`: what is known of one environment. `track`: what the configuration pins it to, known or not. */
export function standingOf(statuses: readonly TargetStatus[], suspended: boolean, track?: string): Standing[] {
  const fields = statuses.reduce((sum, { drift }) => sum + drift.length, 0)
  const tracks = new Set(track === undefined ? statuses.flatMap((status) => status.track ?? []) : [track])
  const waiting = Map.groupBy(
    statuses.filter((status) => status.waitingFor !== undefined),
    ({ waitingFor = '' }) => waitingFor,
  )
  return [
    ...(suspended ? [{ kind: 'suspended', fields } as const] : []),
    ...[...tracks].sort().map((pin) => ({ kind: 'pinned', track: pin }) as const),
    ...[...waiting].map(([waitingFor, members]) => {
      const targets = members.map(({ target }) => target)
      return { kind: 'waiting', waitingFor, targets: targets.sort(byName) } as const
    }),
  ]
}

function byName(one: Target, other: Target): number {
  return targetId(one) < targetId(other) ? -1 : 1
}
