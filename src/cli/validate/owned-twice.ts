import { targetsOf } from '../../config/layout.ts'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { Problem } from '../../model/errors.ts'
import { resourceId, resourceLabel } from '../../model/resource-key.ts'
import type { OverlayResult } from './render-all.ts'

/** Objects that two targets of one cluster hold: each reconcile would undo the other's. */
export function ownedTwice(config: RepositoryConfig, results: readonly OverlayResult[]): Problem[] {
  const owners = new Map<string, string>()
  const targets = targetsOf(
    config,
    results.map(({ overlay }) => overlay),
  )
  return targets.flatMap(({ target, overlay }) => {
    const render = results.find((result) => result.overlay === overlay)?.render
    return (render?.manifests ?? []).flatMap(({ key }) => {
      const id = `${target.cluster} ${resourceId(key)}`
      const owner = owners.get(id)
      owners.set(id, owner ?? overlay.path)
      return owner && owner !== overlay.path ? [twice(owner, overlay.path, target.cluster, resourceLabel(key))] : []
    })
  })
}

function twice(first: string, file: string, cluster: string, object: string): Problem {
  const message = `${first} holds the same object for the cluster ${cluster}.`
  return { code: 'OBJECT_OWNED_TWICE', message, file, object, remedy: 'Keep it in one of them.' }
}
