import { wholeSeconds } from '../git/commit.ts'
import type { Caller } from '../http/caller.ts'
import type { Input } from '../http/input.ts'
import { Refusal, unprocessable } from '../http/refusal.ts'
import { allows, type Installation, type InstallationToken, type Level, type Permissions } from '../state/app.ts'
import { installationTokenValue } from '../state/credentials.ts'
import type { Repository } from '../state/repository.ts'
import { listedRepositoryView } from '../views/repository.ts'
import type { World } from '../world.ts'
import { repositoriesOf } from './install.ts'

const LIFETIME = 3_600_000
const MOST_REPOSITORIES = 500

/** Makes an hour's token, narrowed as asked. An empty list of repositories narrows nothing. */
export function mintToken(
  world: World,
  installation: Installation,
  input: Input,
  caller: Caller,
): Record<string, unknown> {
  if (installation.suspendedAt) throw new Refusal(403, 'This installation has been suspended')
  const narrowed = narrowedRepositories(world, installation, input)
  const permissions = narrowedPermissions(installation, input)
  const token: InstallationToken = {
    kind: 'installation',
    value: installationTokenValue(installation.app.id),
    installation,
    permissions,
    repositories: narrowed ? new Set(narrowed.map((repository) => repository.id)) : undefined,
    expiresAt: new Date(world.clock().getTime() + LIFETIME),
    lag: world.switches.lag.tokens,
  }
  world.tokens.set(token.value, token)
  return {
    token: token.value,
    expires_at: wholeSeconds(token.expiresAt),
    permissions,
    repository_selection: narrowed || installation.repositories ? 'selected' : 'all',
    ...(narrowed ? { repositories: narrowed.map((one) => listedRepositoryView(world, one, caller)) } : {}),
  }
}

function narrowedRepositories(world: World, installation: Installation, input: Input): Repository[] | undefined {
  const names = input.texts('repositories') ?? []
  const ids = (input.list('repository_ids') ?? []) as number[]
  if (names.length + ids.length === 0) return undefined
  if (names.length + ids.length > MOST_REPOSITORIES) {
    throw unprocessable(`A maximum of ${MOST_REPOSITORIES} repositories can be included.`)
  }
  const granted = repositoriesOf(world, installation)
  const wanted = [
    ...names.map((name) => granted.find((one) => one.name.toLowerCase() === name.toLowerCase())),
    ...ids.map((id) => granted.find((one) => one.id === id)),
  ]
  const found = wanted.filter((one) => one !== undefined)
  if (found.length === wanted.length) return found
  throw unprocessable(
    'There is at least one repository that does not exist or is not accessible to the parent installation.',
  )
}

function narrowedPermissions(installation: Installation, input: Input): Permissions {
  const asked = input.object('permissions')?.values as Readonly<Record<string, Level>> | undefined
  if (!asked) return installation.permissions
  const excessive = Object.entries(asked).some(([name, level]) => !allows(installation.permissions, name, level))
  if (excessive) throw unprocessable('The permissions requested are not granted to this installation.')
  return { metadata: 'read', ...asked }
}
