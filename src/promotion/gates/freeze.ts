import type { GateFacts } from './facts.ts'
import { freezeAt, nextFreeze, opensAt } from './freeze-calendar.ts'
import { passed, type Verdict, waits } from './verdict.ts'

/** No window of the environment's calendar is closed. */
export function freezeGate({ environment, now }: Pick<GateFacts, 'environment' | 'now'>): Verdict {
  const freeze = freezeAt(environment.freeze, now)
  if (!freeze) {
    const next = nextFreeze(environment.freeze, now)
    return passed('FREEZE_OPEN', 'No freeze window is open.', next && { closesAt: next.begins.toISOString() })
  }
  const { window, begins } = freeze
  const opens = opensAt(environment.freeze, now)
  const message = `${environment.name} is frozen from ${window.from} to ${window.to} (${window.timezone}): ${window.reason}.`
  return waits('FROZEN', message, { since: begins.toISOString(), ...(opens && { opensAt: opens.toISOString() }) })
}
