import { branchOf, createSuite, suiteOf } from '../checks/suites.ts'
import { needs } from '../http/access.ts'
import { created, ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { notFound, unprocessable } from '../http/refusal.ts'
import { actor, numberParam, param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import type { CheckSuite } from '../state/check.ts'
import { checkSuiteView } from '../views/check.ts'
import { emitSuite } from '../webhooks/check-events.ts'
import { appOf } from './checks.ts'
import { refuse } from './find.ts'

const READ = needs('checks:read')
const WRITE = needs('checks:write')

export const checkSuiteRoutes: readonly Route[] = [
  repositoryRoute('POST', '/check-suites', WRITE, async (call) => {
    const { world, repository } = call
    const app = appOf(call)
    const sha = call.input.requiredText('head_sha')
    if ((await repository.git.objectType(sha)) !== 'commit') throw unprocessable(`No commit found for SHA: ${sha}`)
    const known = suiteOf(repository, app, sha)
    if (known) return ok(await checkSuiteView(world, repository, known))
    const head = { sha, branch: await branchOf(repository, sha), before: null }
    return created(await checkSuiteView(world, repository, createSuite(world, repository, app, head)))
  }),

  repositoryRoute('GET', '/check-suites/:suite', READ, async (call) =>
    ok(await checkSuiteView(call.world, call.repository, suiteAt(call))),
  ),

  repositoryRoute('POST', '/check-suites/:suite/rerequest', WRITE, async (call) => {
    const suite = suiteAt(call)
    suite.requeued = true
    const sender = actorAccount(actor(call))
    await emitSuite(call.world, call.repository, suite, { action: 'rerequested', sender })
    return created({})
  }),

  repositoryRoute('GET', '/commits/:ref{.+}/check-suites', READ, async (call) => {
    const { query, repository, world } = call
    const ref = param(call, 'ref')
    const sha = (await repository.git.commitId(ref)) ?? refuse(unprocessable(`No commit found for SHA: ${ref}`))
    const suites = [...repository.checkSuites.values()]
      .filter((suite) => suite.headSha === sha)
      .filter((suite) => [null, String(suite.app.id)].includes(query.get('app_id')))
    return page(
      call,
      suites,
      (suite) => checkSuiteView(world, repository, suite),
      (check_suites, total) => ({ total_count: total, check_suites }),
    )
  }),
]

function suiteAt(call: RepositoryCall): CheckSuite {
  return call.repository.checkSuites.get(numberParam(call, 'suite')) ?? refuse(notFound())
}
