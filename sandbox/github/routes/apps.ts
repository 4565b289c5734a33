import { removeInstallation, repositoriesOf } from '../apps/install.ts'
import { mintToken } from '../apps/mint-token.ts'
import { accepted, created, noContent, ok } from '../http/answer.ts'
import { page } from '../http/pages.ts'
import { notAccessible, notFound } from '../http/refusal.ts'
import { type Call, globalRoute, numberParam, param, type Route } from '../http/route.ts'
import type { App, Installation } from '../state/app.ts'
import { installationView, wholeAppView } from '../views/app.ts'
import { listedRepositoryView } from '../views/repository.ts'
import { refuse } from './find.ts'

export const appRoutes: readonly Route[] = [
  globalRoute('GET', '/app', 'app', (call) => {
    const app = appOf(call)
    const installations = [...call.world.installations.values()].filter((one) => one.app === app)
    return ok({ ...wholeAppView(call.world, app), installations_count: installations.length })
  }),

  globalRoute('GET', '/apps/:slug', 'anyone', (call) =>
    ok(wholeAppView(call.world, call.world.app(param(call, 'slug')) ?? refuse(notFound()))),
  ),

  globalRoute('GET', '/app/installations', 'app', (call) => {
    const installations = [...call.world.installations.values()].filter((one) => one.app === appOf(call))
    return page(call, installations, (one) => installationView(call.world, one))
  }),

  globalRoute('GET', '/app/installations/:id', 'app', (call) => ok(installationView(call.world, installationOf(call)))),

  globalRoute('DELETE', '/app/installations/:id', 'app', (call) => {
    const installation = installationOf(call)
    removeInstallation(call.world, installation, installation.account)
    return call.headers.get('x-github-api-version') === '2026-03-10' ? accepted({}) : noContent()
  }),

  globalRoute('POST', '/app/installations/:id/access_tokens', 'app', (call) =>
    created(mintToken(call.world, installationOf(call), call.input, call.caller)),
  ),

  globalRoute('GET', '/installation/repositories', 'installation', (call) => {
    if (call.caller.kind !== 'installation') throw notAccessible()
    const { installation, token } = call.caller
    const visible = repositoriesOf(call.world, installation).filter((one) => token?.repositories?.has(one.id) ?? true)
    return page(
      call,
      visible,
      (repository) => listedRepositoryView(call.world, repository, call.caller),
      (repositories, total) => ({
        total_count: total,
        repository_selection: installation.repositories ? 'selected' : 'all',
        repositories,
      }),
    )
  }),

  globalRoute('DELETE', '/installation/token', 'installation', (call) => {
    const { caller, world } = call
    if (caller.kind === 'installation' && caller.token) world.tokens.delete(caller.token.value)
    return noContent()
  }),

  globalRoute('GET', '/repos/:owner/:repo/installation', 'app', (call) => {
    const repository = call.world.repository(param(call, 'owner'), param(call, 'repo')) ?? refuse(notFound())
    return found(call, (one) => repositoriesOf(call.world, one).includes(repository))
  }),

  globalRoute('GET', '/orgs/:org/installation', 'app', (call) => found(call, ownedBy(param(call, 'org')))),

  globalRoute('GET', '/users/:username/installation', 'app', (call) => found(call, ownedBy(param(call, 'username')))),
]

function found(call: Call, matches: (installation: Installation) => boolean): ReturnType<typeof ok> {
  const installation = call.world.installations.values().find((one) => one.app === appOf(call) && matches(one))
  return ok(installationView(call.world, installation ?? refuse(notFound())))
}

function ownedBy(login: string): (installation: Installation) => boolean {
  return (installation) => installation.account.login.toLowerCase() === login.toLowerCase()
}

/** The App that calls; routes for Apps let nobody else through. */
export function appOf(call: Call): App {
  return call.caller.kind === 'app' ? call.caller.app : refuse(notFound())
}

function installationOf(call: Call): Installation {
  const installation = call.world.installations.get(numberParam(call, 'id'))
  return installation?.app === appOf(call) ? installation : refuse(notFound())
}
