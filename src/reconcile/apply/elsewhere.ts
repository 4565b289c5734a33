import type { LiveObject } from '../../model/cluster.ts'
import type { Problem } from '../../model/errors.ts'
import { resourceLabel } from '../../model/resource-key.ts'
import { TARGET_LABEL } from '../labels.ts'
import { labelOf } from '../live/live-object.ts'
import type { Session } from '../pass/session.ts'
import type { Rehearsal } from './rehearsal.ts'

export function belongsElsewhere(session: Session, live: LiveObject): boolean {
  const label = labelOf(live, TARGET_LABEL)
  return label !== undefined && label !== session.ownership.target
}

/** A Namespace may stand in several renders: the target that has it keeps it. Everything else has one owner. */
export function elsewhere(rehearsal: Rehearsal): Rehearsal {
  const { key } = rehearsal.action.object
  if (key.group === '' && key.kind === 'Namespace') {
    return { ...rehearsal, result: 'skip', exists: true, drift: [], note: 'NAMESPACE_SHARED' }
  }
  const problem: Problem = {
    code: 'OBJECT_OF_OTHER_TARGET',
    message: `${resourceLabel(key)} already belongs to another target.`,
    object: resourceLabel(key),
    remedy: 'Keep it in one of the two overlays, or give it another name.',
  }
  return { ...rehearsal, result: 'refused', exists: true, drift: [], problem }
}
