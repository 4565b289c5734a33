import type { FieldConflict } from '../../model/cluster-error.ts'

/**
 * What becomes of a field that another manager owns with another value than Git's. `drift`: it was ours, or a person changed an object
 * of ours · `takeover`: an earlier tool made the object · `conflict`: that manager's right; nothing is applied.
 */
export type Settlement = 'drift' | 'takeover' | 'conflict'

export interface ConflictFacts {
  /** The object carries our target's label. */
  readonly owned: boolean
  /** The last apply sent this field. */
  readonly sent: (field: string) => boolean
  readonly isPerson: (manager: string) => boolean
  readonly isEarlierTool: (manager: string) => boolean
}

/** Fields of an autoscaler at work have left our intent before this is asked. */
export function settlementOf(conflict: FieldConflict, facts: ConflictFacts): Settlement {
  const { owned, sent, isPerson, isEarlierTool } = facts
  if (owned) return sent(conflict.field) || isPerson(conflict.manager) ? 'drift' : 'conflict'
  return isEarlierTool(conflict.manager) || isLeftover(conflict) ? 'takeover' : 'conflict'
}

/** The HorizontalPodAutoscaler that wrote it is gone. */
function isLeftover({ field, manager, subresource }: FieldConflict): boolean {
  return field === '.spec.replicas' && manager === 'kube-controller-manager' && subresource === 'scale'
}
