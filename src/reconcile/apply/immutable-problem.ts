import type { ClusterError, ErrorCause } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import { REPLACE_ANNOTATION } from '../labels.ts'
import { isNeverReplaced } from './replace-policy.ts'

/** Which fields cannot be changed, why, and the ways out. The server repeats whole values before its reason: they are left out. */
export function immutableProblem(
  { causes, message }: Pick<ClusterError, 'causes' | 'message'>,
  key: ResourceKey,
  shown: (text: string) => string,
): Problem {
  const object = resourceLabel(key)
  const fields = [...new Set(causes.map(reasonOf))].join('; ')
  return {
    code: 'APPLY_IMMUTABLE',
    message: `${object} cannot be changed like that: ${shown(fields || message)}.`,
    object,
    remedy: isNeverReplaced(key)
      ? `Undo the change in Git. A ${key.kind} is never deleted to be made again: move to one of another name, or do it by hand.`
      : `Undo the change in Git, or annotate the object with ${REPLACE_ANNOTATION}: allowed to have it deleted and made again.`,
  }
}

/** `spec.selector: field is immutable`. */
function reasonOf({ field, message, reason }: ErrorCause): string {
  const [first = ''] = message.split('\n')
  const words = first.replace(/^Invalid value: .*: (?=[^:]*$)/s, '').replace(/^Forbidden: /, '')
  return `${field}: ${(words || reason).replace(/\.$/, '')}`
}
