import { ClusterError, type ClusterErrorKind, type FieldConflict } from '../../model/cluster-error.ts'
import type { Problem } from '../../model/errors.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import type { LazyMask } from '../desired/secret-mask.ts'
import { immutableProblem } from './immutable-problem.ts'
import { SPLIT } from './stored-size.ts'

const LONGEST = 1_000

const WORDS: Partial<Record<ClusterErrorKind, readonly [code: string, remedy: string]>> = {
  terminating: ['APPLY_TERMINATING', 'Wait until the namespace is gone; it is tried again.'],
  'unknown-kind': ['KIND_UNKNOWN', 'Install its CustomResourceDefinition first, or correct apiVersion and kind.'],
  unavailable: ['APPLY_UNAVAILABLE', 'It is tried again; look at the API server if this goes on.'],
  stale: ['APPLY_UNAVAILABLE', 'The object moved meanwhile; it is tried again.'],
  denied: ['ADMISSION_DENIED', 'Correct the object in Git, or have that rule changed in the cluster.'],
  'no-dry-run': ['DRY_RUN_UNSUPPORTED', "Set sideEffects: None or NoneOnDryRun in that webhook's configuration."],
}

/** What the API server said about one object, for people. Rethrows what is not its refusal. */
export async function refusalProblem(error: unknown, key: ResourceKey, mask: LazyMask): Promise<Problem> {
  if (!(error instanceof ClusterError)) throw error
  if (error.kind === 'conflict') return conflictProblem(error.conflicts, key)
  const { text } = await mask()
  const shown = (said: string) => shortened(text(said))
  if (error.kind === 'immutable') return immutableProblem(error, key, shown)
  const object = resourceLabel(key)
  const [code, remedy] = wordsFor(error)
  return { code, message: `${object} was refused: ${shown(error.message)}`, object, remedy }
}

function wordsFor({ kind, webhook, message }: ClusterError): readonly [code: string, remedy: string] {
  if (kind === 'unavailable' && webhook !== undefined) {
    const remedy = `Mend the service behind the webhook ${webhook}, or delete its configuration; it is tried again.`
    return ['WEBHOOK_UNAVAILABLE', remedy]
  }
  if (kind === 'forbidden') return ['APPLY_FORBIDDEN', rightToGrant(message)]
  if (kind === 'not-found') return notFoundWords(message)
  if (kind === 'invalid' && /request is too large|Request entity too large/.test(message))
    return ['OBJECT_TOO_LARGE', SPLIT]
  return WORDS[kind] ?? ['APPLY_REFUSED', 'Correct the object in Git.']
}

/** `… User "u" cannot patch resource "configmaps" in API group "" in the namespace "shop"`. */
function rightToGrant(message: string): string {
  const [, user, verb, resource] = /User "([^"]*)" cannot (\S+) resource "([^"]*)"/.exec(message) ?? []
  if (!user) return 'Grant Lockstep this right in the cluster.'
  const place = /in the namespace "([^"]*)"/.exec(message)?.[1]
  return `Grant ${user} the verb ${verb} on ${resource}${place ? ` in namespace ${place}` : ''}.`
}

function notFoundWords(message: string): readonly [code: string, remedy: string] {
  if (message.startsWith('namespaces ')) {
    return ['NAMESPACE_ABSENT', 'Create the namespace, or put a Namespace object into the overlay.']
  }
  return ['APPLY_REFUSED', 'Create what it names first, or put it into the overlay.']
}

/** Fields that others own, with their owners. */
export function conflictProblem(conflicts: readonly FieldConflict[], key: ResourceKey): Problem {
  const fields = conflicts.map(({ field, manager }) => `${field} belongs to ${manager}`).join(', ')
  return {
    code: 'FIELD_CONFLICT',
    message: `${resourceLabel(key)} was not applied: ${fields}, with another value than Git's.`,
    object: resourceLabel(key),
    remedy:
      'Drop the field from Git, let that manager give it up, or annotate the object with lockstep.dev/force: "true".',
  }
}

/** The server repeats names and values, however long. */
function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
