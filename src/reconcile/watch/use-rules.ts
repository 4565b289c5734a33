import { LockstepError } from '../../model/errors.ts'
import type { RepositoryRef } from '../../model/github.ts'
import { healthRules } from '../health/custom-rules.ts'
import type { LiveView } from '../live/live-view.ts'
import type { ReconcilePorts } from '../ports.ts'
import { toldConfiguration } from '../targets/told-configuration.ts'
import type { Labelled } from './member.ts'

/**
 * Lets the objects of a repository's targets be judged as its configuration says now, before they are listed: none has to be looked at
 * twice. What cannot be read changes nothing.
 */
export async function useRules(
  ports: Pick<ReconcilePorts, 'source'>,
  view: Pick<LiveView, 'useHealth' | 'usePeople'>,
  repository: RepositoryRef,
  members: readonly Labelled[],
): Promise<void> {
  try {
    const source = await ports.source(repository)
    const told = await toldConfiguration(source)
    const byName = new Map(told?.config.environments.map((environment) => [environment.name, environment]))
    for (const [label, { target }] of members) {
      const environment = byName.get(target.environment)
      if (!environment) continue
      view.useHealth(label, healthRules(environment.health))
      view.usePeople(label, environment.drift.people ?? [])
    }
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
  }
}
