import { ZERO } from '../git/repository.ts'
import type { Caller } from '../http/caller.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'
import { bindingRules } from './active-rules.ts'
import { requiredChecksOf, standingOf } from './required-checks.ts'

export interface RefObstacle {
  /** `rewind`: only if the update is not a fast-forward. */
  readonly when: 'always' | 'rewind'
  readonly message: string
}

/** Why rules forbid this caller to move a branch directly, by push or through the API. */
export function refObstacles(
  world: World,
  repository: Repository,
  caller: Caller,
  branch: string,
  update: { before: string; after: string },
): RefObstacle[] {
  const creates = update.before === ZERO
  const deletes = update.after === ZERO
  return bindingRules(world, repository, branch, caller, 'push').flatMap(({ rule }): RefObstacle[] => {
    switch (rule.type) {
      case 'creation':
        return creates ? [{ when: 'always', message: 'Cannot create ref due to creations being restricted.' }] : []
      case 'update':
        return creates || deletes ? [] : [{ when: 'always', message: 'Cannot update this protected ref.' }]
      case 'deletion':
        return deletes ? [{ when: 'always', message: 'Cannot delete this branch' }] : []
      case 'non_fast_forward':
        return [{ when: 'rewind', message: 'Cannot force-push to this branch' }]
      case 'pull_request':
      case 'merge_queue': {
        const how = rule.type === 'merge_queue' ? 'the merge queue' : 'a pull request'
        return deletes ? [] : [{ when: 'always', message: `Changes must be made through ${how}.` }]
      }
      case 'required_status_checks': {
        if (deletes || (creates && rule.parameters?.do_not_enforce_on_create === true)) return []
        return requiredChecksOf(rule)
          .filter((check) => standingOf(repository, update.after, check) !== 'passed')
          .map((check) => ({ when: 'always', message: `Required status check "${check.context}" is expected.` }))
      }
      default:
        return []
    }
  })
}
