import type { EnvironmentConfig, RepositoryConfig } from '../../config/repository-config.ts'
import type { PullRequest } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { promotionOf } from '../gates/promotion-gates.ts'
import type { PromotionPorts } from '../ports.ts'
import type { Command } from './command.ts'
import { type Caller, concerned, isOpenToReaders, mayWrite, permissionRefusal, teamRefusal, teamsOf } from './rights.ts'

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

/** What this person's permission and teams, and the configuration, refuse now. */
export async function rightsRefusal(
  ports: PromotionPorts,
  login: string,
  command: Command,
  pull: PullRequest,
): Promise<Outcome | undefined> {
  const permission = await ports.repository.people.permission(login)
  const refused = permissionRefusal(command.name, permission)
  if (refused || isOpenToReaders(command.name) || !mayWrite(permission)) return refused
  const config = await readConfig(ports)
  const environments = config ? concerned(config, command, promotionOf(ports, pull)) : []
  return teamRefusal(environments, await knownCaller(ports, login, environments))
}
