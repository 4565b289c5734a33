import type { Removal } from '../../config/repository-config.ts'
import type { Problem } from '../../model/errors.ts'
import { type Target, targetId } from '../../model/target.ts'
import type { Declared } from './declared-targets.ts'

/** What Git says about a target that a cluster has an inventory of. */
export type Standing =
  | { readonly kind: 'declared' }
  /** It left Git. */
  | { readonly kind: 'left'; readonly removal: Removal }
  /** It is not found in Git, which may be a mistake: nothing may be concluded from it. */
  | { readonly kind: 'unsure'; readonly problem: Problem }

/**
 * Only a configuration that finds other targets of the same environment, or does not declare the environment any more, says that a target
 * left Git. One that finds nothing was mistyped as likely as meant. A suspended environment lets go of nothing.
 */
export function standingOf(target: Target, { config, targets }: Declared): Standing {
  const declared = targets.some((one) => targetId(one.target) === targetId(target))
  if (declared) return { kind: 'declared' }
  if (targets.length === 0) return unsure(target, 'no overlay is found at all')
  const environment = config.environments.find(({ name }) => name === target.environment)
  if (!environment) return { kind: 'left', removal: config.removal }
  if (environment.suspend) return unsure(target, `${environment.name} is suspended`)
  const siblings = targets.filter((one) => one.target.environment === environment.name)
  if (siblings.length === 0) return unsure(target, `${environment.name} is declared and no overlay is found for it`)
  if (siblings.some(({ tree }) => tree === undefined)) return unsure(target, 'what its environment tracks is not there')
  return { kind: 'left', removal: environment.removal }
}

function unsure(target: Target, why: string): Standing {
  const problem = {
    code: 'REMOVAL_UNSURE',
    message: `${targetId(target)} is not found in Git, but ${why}, so its objects are left as they are.`,
    file: '.lockstep.yaml',
    remedy: 'Put it back, correct `overlays`, or take the environment out of the configuration.',
  }
  return { kind: 'unsure', problem }
}
