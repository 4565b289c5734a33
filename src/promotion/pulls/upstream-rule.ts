import type { AfterRule, EnvironmentConfig } from '../../config/repository-config.ts'
import type { Snapshot } from './snapshot.ts'

/** An environment that does not have the application has no say about it. */
export function ruleFor(
  snapshot: Pick<Snapshot, 'targets'>,
  application: string,
  { after }: Pick<EnvironmentConfig, 'after'>,
): AfterRule {
  const present = (names: readonly string[]) => names.filter((name) => snapshot.targets(application, name).length > 0)
  if ('all' in after) return { all: present(after.all) }
  return 'any' in after ? { any: present(after.any) } : { atLeast: after.atLeast, of: present(after.of) }
}
