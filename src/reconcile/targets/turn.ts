import type { Target } from '../../model/target.ts'
import { targetId } from '../../model/target.ts'
import { isFresh } from '../../model/target-drift.ts'
import type { TargetStatus } from '../../model/target-status.ts'

/** A target that has to be well before another one moves. */
export interface Precedent {
  readonly target: Target
  /** As the board has it. */
  readonly status?: TargetStatus
  /** Of its newest revision; undefined where that does not build. */
  readonly renderDigest?: string
}

export interface TurnFacts {
  /** Applications that come before this one, in its environment and cluster. */
  readonly before: readonly Precedent[]
  /** The same application in the waves before this one's, with their clusters. */
  readonly waves: readonly Precedent[]
  /** How long the waves before must have been healthy. */
  readonly soakMs: number
  readonly now: Date
}

/** Why a target stays at the revision it has. */
export interface Wait {
  readonly code: 'ORDER_WAITS' | 'WAVE_WAITS' | 'CONFIGURATION_WAITS'
  /** One sentence. */
  readonly message: string
  /** Whom it waits for, in a few words. */
  readonly waitingFor: string
  /** `targetId`s whose change of status may end the wait. */
  readonly waitsOn: readonly string[]
  /** When time alone may end it. */
  readonly againInMs?: number
}

/** Whether a target may move to its new render now; undefined: it may. What nothing is known of is waited for. */
export function turnOf({ before, waves, soakMs, now }: TurnFacts): Wait | undefined {
  const order = before.map((precedent) => ({ precedent, fault: unready(precedent, now, true) })).filter(hasFault)
  if (order.length > 0) return orderWait(order)
  const wave = waves.map((precedent) => ({ precedent, fault: unready(precedent, now, false) })).filter(hasFault)
  return wave.length > 0 ? waveWait(wave) : soakWait(waves, soakMs, now)
}

interface Fault {
  readonly precedent: Precedent
  readonly fault: string
}

function hasFault(one: { precedent: Precedent; fault: string | undefined }): one is Fault {
  return one.fault !== undefined
}

/** What keeps a target from counting as well at its newest render. Drift counts for the order, whose targets must be Synced. */
function unready({ status, renderDigest }: Precedent, now: Date, synced: boolean): string | undefined {
  if (!status || !isFresh(status, now) || status.health === 'Unknown') return 'nothing is known of it now'
  if (renderDigest === undefined) return 'its newest revision does not build'
  if (status.renderDigest !== renderDigest) return 'it is not at its newest render'
  if (status.health !== 'Healthy') return `it is ${status.health}`
  return synced && status.sync !== 'Synced' ? `it is ${status.sync}` : undefined
}

function orderWait(faults: readonly Fault[]): Wait {
  const [first] = faults as readonly [Fault, ...Fault[]]
  const names = faults.map(({ precedent }) => precedent.target.application)
  return {
    code: 'ORDER_WAITS',
    message: `Waits for ${names.join(', ')}, which the order puts before it: ${first.precedent.target.application}: ${first.fault}.`,
    waitingFor: names.join(', '),
    waitsOn: faults.map(({ precedent }) => targetId(precedent.target)),
  }
}

function waveWait(faults: readonly Fault[]): Wait {
  const [first] = faults as readonly [Fault, ...Fault[]]
  const clusters = faults.map(({ precedent }) => precedent.target.cluster)
  return {
    code: 'WAVE_WAITS',
    message: `Waits for an earlier wave (${clusters.join(', ')}): on ${first.precedent.target.cluster} ${first.fault}.`,
    waitingFor: `wave ${clusters.join(', ')}`,
    waitsOn: faults.map(({ precedent }) => targetId(precedent.target)),
  }
}

function soakWait(waves: readonly Precedent[], soakMs: number, now: Date): Wait | undefined {
  const left = waves.map(({ target, status }) => ({ target, ms: soakLeft(status, soakMs, now) }))
  const waiting = left.filter(({ ms }) => ms > 0)
  if (waiting.length === 0) return undefined
  const clusters = waiting.map(({ target }) => target.cluster)
  return {
    code: 'WAVE_WAITS',
    message: `Waits until an earlier wave (${clusters.join(', ')}) has been healthy for long enough.`,
    waitingFor: `wave ${clusters.join(', ')}`,
    waitsOn: waiting.map(({ target }) => targetId(target)),
    againInMs: Math.max(...waiting.map(({ ms }) => ms)),
  }
}

/** A time that is not known yet has not begun. */
function soakLeft(status: TargetStatus | undefined, soakMs: number, now: Date): number {
  if (soakMs === 0) return 0
  const since = status?.healthySince === undefined ? now.getTime() : Date.parse(status.healthySince)
  return since + soakMs - now.getTime()
}
