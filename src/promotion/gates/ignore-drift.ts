import { driftFingerprint, driftSetId } from '../../model/ignored-drift.ts'
import type { Outcome } from '../../model/outcome.ts'
import { knownDrift } from '../../model/target-drift.ts'
import { requireEnvironment, requireSnapshot } from '../commands/context.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState } from '../state/ledger.ts'
import { type IgnoredInEnvironment, type PromotionState, writeEntry } from '../state/state.ts'

const IGNORED_MS = 24 * 3_600_000

export interface IgnoreRequest {
  readonly environment: string
  /** `driftSetId` of the drift that the person saw. */
  readonly seen: string
  readonly by: string
}

/**
 * Writes down that the drift which somebody saw blocks nothing for 24 hours. Drift that is not what they saw any more is refused. The
 * gates are decided again either way: they show what is so now. Throws for an environment that is not configured.
 */
export async function ignoreDrift(ports: PromotionPorts, request: IgnoreRequest): Promise<Outcome> {
  const { environment, seen, by } = request
  requireEnvironment(await requireSnapshot(ports), environment)
  const { ref: repository } = ports.repository
  const now = ports.clock()
  const drift = await driftIds(ports, environment, now)
  const same = drift.length > 0 && driftSetId(drift) === seen
  if (same) {
    const press = { by, at: now.toISOString(), until: new Date(now.getTime() + IGNORED_MS).toISOString(), drift }
    await changeState(ports, `Ignore drift in ${environment} for 24 hours`, (state) =>
      ignore(state, environment, press),
    )
  }
  await ports.queue.add({ kind: 'gates', repository, environment })
  if (!same) return outcome('refused', 'DRIFT_CHANGED', { details: { environment } })
  return outcome('done', 'DRIFT_IGNORED', { details: { environment, fields: drift.length } })
}

async function driftIds({ statusBoard, repository, fingerprint }: PromotionPorts, environment: string, now: Date) {
  const { owner, name } = repository.ref
  const drift = knownDrift(await statusBoard.list(`${owner}/${name}`), environment, now)
  return drift.map(({ target, entry }) => driftFingerprint(target, entry, fingerprint))
}

type Press = IgnoredInEnvironment['presses'][number]

/** What is ignored already keeps its end: pressing again makes nothing last longer. What is over is forgotten. */
function ignore({ ignored }: PromotionState, environment: string, press: Press) {
  const before = (ignored.get(environment)?.presses ?? []).filter(
    ({ until }) => Date.parse(until) > Date.parse(press.at),
  )
  const known = new Set(before.flatMap(({ drift }) => drift))
  const drift = press.drift.filter((id) => !known.has(id))
  if (drift.length === 0) return []
  return [writeEntry({ kind: 'ignored', item: { environment, presses: [...before, { ...press, drift }] } })]
}
