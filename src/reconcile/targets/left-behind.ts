import type { Problem } from '../../model/errors.ts'
import { type ResourceKey, resourceLabel } from '../../model/resource-key.ts'
import { targetId } from '../../model/target.ts'
import { inventoryName, TARGET_LABEL } from '../labels.ts'
import type { Session } from '../pass/session.ts'

const MOST = 10

/** What stays of a target that left Git, and the commands that take it away. */
export function leftBehind(
  {
    repository,
    target,
    ownership,
    inventoryNamespace,
  }: Pick<Session, 'repository' | 'target' | 'ownership' | 'inventoryNamespace'>,
  keys: readonly ResourceKey[],
): Problem {
  const names = keys.map(resourceLabel).sort()
  const shown =
    names.length > MOST ? `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more` : names.join(', ')
  const kinds = [...new Set(keys.map(({ kind, group }) => (group ? `${kind}.${group}` : kind).toLowerCase()))].sort()
  const objects = `kubectl delete ${kinds.join(',')} --all-namespaces --selector ${TARGET_LABEL}=${ownership.target}`
  const inventory = `kubectl delete configmap ${inventoryName(repository, target)} --namespace ${inventoryNamespace}`
  return {
    code: 'REMOVAL_ORPHANED',
    message: `${targetId(target)} left Git and its ${names.length === 1 ? 'object stays' : `${names.length} objects stay`}: ${shown}.`,
    remedy: `To take them away: \`${objects}\`, then \`${inventory}\`; or say \`removal: delete\` in .lockstep.yaml.`,
  }
}
