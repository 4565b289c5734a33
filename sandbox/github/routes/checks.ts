import { createRun, rerequestRun, updateRun } from '../checks/runs.ts'
import { latestOfEachName } from '../checks/suites.ts'
import { needs } from '../http/access.ts'
import { type Answer, created, ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { notAccessible, notFound, Refusal, unprocessable } from '../http/refusal.ts'
import { actor, numberParam, param, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import type { App } from '../state/app.ts'
import type { CheckRun } from '../state/check.ts'
import { checkRunView } from '../views/check.ts'
import { repositoryPageUrl } from '../views/repository.ts'
import { refuse } from './find.ts'

const READ = needs('checks:read')
const WRITE = needs('checks:write')

export const checkRoutes: readonly Route[] = [
  repositoryRoute('POST', '/check-runs', WRITE, async (call) => {
    const run = await createRun(call.world, call.repository, appOf(call), call.input)
    const view = checkRunView(call.world, call.repository, run)
    return created(view, String(view.url))
  }),

  repositoryRoute('GET', '/check-runs/:run', READ, (call) =>
    ok(checkRunView(call.world, call.repository, runOf(call))),
  ),

  repositoryRoute('PATCH', '/check-runs/:run', WRITE, async (call) => {
    const run = runOf(call)
    if (run.app !== appOf(call)) {
      const message = `Invalid app_id \`${run.app.id}\` - check run can only be modified by the GitHub App that created it.`
      throw new Refusal(403, message)
    }
    await updateRun(call.world, call.repository, run, call.input)
    return ok(checkRunView(call.world, call.repository, run))
  }),

  repositoryRoute('GET', '/check-runs/:run/annotations', READ, (call) => {
    const run = runOf(call)
    const blob = `${repositoryPageUrl(call.world, call.repository)}/blob/${run.headSha}`
    return page(call, run.output.annotations, (annotation) => ({
      ...annotation,
      blob_href: `${blob}/${annotation.path}`,
    }))
  }),

  repositoryRoute('POST', '/check-runs/:run/rerequest', WRITE, async (call) => {
    await rerequestRun(call.world, call.repository, runOf(call), actorAccount(actor(call)))
    return created({})
  }),

  repositoryRoute('GET', '/commits/:ref{.+}/check-runs', READ, async (call) => {
    const ref = param(call, 'ref')
    const sha = (await call.repository.git.commitId(ref)) ?? refuse(unprocessable(`No commit found for SHA: ${ref}`))
    return listRuns(call, (run) => run.headSha === sha)
  }),

  repositoryRoute('GET', '/check-suites/:suite/check-runs', READ, (call) => {
    const suite = call.repository.checkSuites.get(numberParam(call, 'suite')) ?? refuse(notFound())
    return listRuns(call, (run) => run.suite === suite)
  }),
]

/** Newest first; of runs of one name in one suite only the newest, unless `filter=all`. */
function listRuns(call: RepositoryCall, belongs: (run: CheckRun) => boolean): Promise<Answer> {
  const { query, repository, world } = call
  const given = [...repository.checkRuns.values()].filter(belongs)
  const wants = (name: string, value: string): boolean => [null, value].includes(query.get(name))
  const runs = (query.get('filter') === 'all' ? given : latestOfEachName(given))
    .filter((run) => wants('check_name', run.name) && wants('status', run.status))
    .filter((run) => wants('app_id', String(run.app.id)))
    .sort((a, b) => b.id - a.id)
  return page(
    call,
    runs,
    (run) => checkRunView(world, repository, run),
    (check_runs, total) => ({ total_count: total, check_runs }),
  )
}

export function runOf(call: RepositoryCall): CheckRun {
  return call.repository.checkRuns.get(numberParam(call, 'run')) ?? refuse(notFound())
}

/** Only Apps write checks. */
export function appOf(call: RepositoryCall): App {
  if (call.caller.kind === 'installation') return call.caller.installation.app
  if (call.caller.kind === 'user') throw new Refusal(403, 'You must authenticate via a GitHub App.')
  throw notAccessible()
}
