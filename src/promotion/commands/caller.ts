import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import type { PromotionPorts } from '../ports.ts'
import { type Caller, mayWrite, teamsOf } from './rights.ts'

/** The configuration of the default branch's tip; undefined where it has none. Rights are never read from a pull request. */
export async function readConfig({
  mirror,
  repository,
  loadConfig,
}: Pick<PromotionPorts, 'mirror' | 'repository' | 'loadConfig'>): Promise<RepositoryConfig | undefined> {
  await mirror.fetch()
  const tip = await mirror.resolve(`refs/heads/${await repository.defaultBranch()}`)
  return tip === undefined ? undefined : loadConfig(await mirror.tree(tip))
}

/** As GitHub says it now, about these environments' teams only: a member who was removed is none any more. */
export async function knownCaller(
  { repository: { people } }: Pick<PromotionPorts, 'repository'>,
  login: string,
  environments: readonly EnvironmentConfig[],
): Promise<Caller> {
  const permission = await people.permission(login)
  const names = mayWrite(permission) ? [...new Set(environments.flatMap(teamsOf))] : []
  const members = await Promise.all(names.map((team) => people.isTeamMember(team, login)))
  return { login, permission, teams: new Set(names.filter((_, i) => members[i])) }
}
