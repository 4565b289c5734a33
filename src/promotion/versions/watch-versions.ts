import { findOverlays } from '../../config/layout.ts'
import { LockstepError } from '../../model/errors.ts'
import type { Mirror } from '../../model/mirror.ts'
import type { Outcome } from '../../model/outcome.ts'
import { readSources } from '../carry/kustomization-sources.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { IsOlder } from './bump-plan.ts'
import type { BumpPorts } from './bump-ports.ts'
import { publishBump } from './publish-bump.ts'
import { isOlderBy } from './tag-order.ts'
import { createWatchLook, type LookPorts, type NewVersion } from './watch-look.ts'

export interface WatchPorts extends BumpPorts, LookPorts {
  readonly mirror: Pick<Mirror, 'fetch' | 'resolve'>
}

/**
 * Asks the registries of the images that the default branch's configuration watches, and proposes what is new as `lockstep bump` would: one
 * pull request an application. Where nothing is new GitHub is asked for the name of the default branch alone. What one registry or
 * application gets wrong keeps no other from its new version.
 */
export async function watchVersions(ports: WatchPorts): Promise<Outcome[]> {
  await ports.mirror.fetch()
  const tip = await ports.mirror.resolve(`refs/heads/${await ports.repository.defaultBranch()}`)
  const tree = tip ? (await ports.open(tip)).tree : undefined
  const config = tree ? await ports.loadConfig(tree) : undefined
  if (!tree || !config?.versions) return []
  const look = createWatchLook(config, await readSources(tree, await findOverlays(config, tree)), ports)
  const outcomes: Outcome[] = []
  const proposals = new Map<string, NewVersion[]>()
  for (const watch of config.versions) {
    for (const found of await look(watch)) {
      if ('error' in found) outcomes.push(refusal(found.error, found.details))
      else {
        const key = `${found.application} ${found.environment}`
        proposals.set(key, [...(proposals.get(key) ?? []), found])
      }
    }
  }
  for (const news of proposals.values()) outcomes.push(await propose(ports, news))
  return outcomes
}

/** What is new for one application and environment. An older one than is proposed or there is no fault here: nobody asked for it. */
async function propose(ports: WatchPorts, news: readonly NewVersion[]): Promise<Outcome> {
  const [{ application = '', environment = '' } = {}] = news
  const details = { application, environment }
  const versions = news.map(({ version }) => version)
  const orders = new Map(news.map(({ version, order }) => [version.name, order]))
  const isOlder: IsOlder = (version, there) => isOlderBy(orders.get(version.name), version, there)
  try {
    return (await publishBump(ports, { ...details, versions, allowDowngrade: false, isOlder })).outcome
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    return error.code === 'VERSION_OLDER' ? outcome('nothing', 'NOTHING_TO_BUMP', { details }) : refusal(error, details)
  }
}
