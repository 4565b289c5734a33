import { ClusterError, type ClusterErrorKind } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import type { LazyMask } from '../desired/secret-mask.ts'

const WORDS: Partial<Record<ClusterErrorKind, readonly [code: string, remedy: string]>> = {
  immutable: ['APPLY_IMMUTABLE', 'Undo the change in Git, or delete the object by hand so that it is made again.'],
  forbidden: ['APPLY_FORBIDDEN', 'Grant Lockstep this right in the cluster.'],
  terminating: ['APPLY_TERMINATING', 'Wait until the namespace is gone; it is tried again.'],
  'not-found': ['NAMESPACE_ABSENT', 'Create the namespace, or put a Namespace object into the overlay.'],
  unavailable: ['APPLY_UNAVAILABLE', 'It is tried again; look at the API server if this goes on.'],
  stale: ['APPLY_UNAVAILABLE', 'The object moved meanwhile; it is tried again.'],
}

/** What the API server said about one object, for people. Rethrows what is not its refusal. */
export async function refusalProblem(error: unknown, key: ResourceKey, mask: LazyMask): Promise<Problem> {
  if (!(error instanceof ClusterError)) throw error
  if (error.kind === 'conflict') return conflictProblem(error, key)
  const [code, remedy] = WORDS[error.kind] ?? ['APPLY_REFUSED', 'Correct the object in Git.']
  const object = resourceLabel(key)
  return { code, message: `${object} was refused: ${(await mask()).text(error.message)}`, object, remedy }
}

function conflictProblem({ conflicts }: ClusterError, key: ResourceKey): Problem {
  const fields = conflicts.map(({ field, manager }) => `${field} belongs to ${manager}`).join(', ')
  return {
    code: 'FIELD_CONFLICT',
    message: `${resourceLabel(key)} was not applied: ${fields}, with another value than Git's.`,
    object: resourceLabel(key),
    remedy:
      'Drop the field from Git, let that manager give it up, or annotate the object with lockstep.dev/force: "true".',
  }
}
