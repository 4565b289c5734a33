import { type CheckAction, parseCheckAction } from '../../model/check-actions.ts'
import { parseCheckName } from '../../model/check-names.ts'
import { LockstepError } from '../../model/errors.ts'
import type { PullRequest } from '../../model/github.ts'
import { type ActionJob, type Again, printSeen } from '../../model/job.ts'
import type { Outcome } from '../../model/outcome.ts'
import { QUEUE_BRANCHES } from '../../model/queue-branch.ts'
import { ignoreDrift } from '../gates/ignore-drift.ts'
import { outcome, refusal } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { knownCaller, readConfig } from './caller.ts'
import { heal } from './heal.ts'
import { teamRefusal } from './rights.ts'

/**
 * Grants what somebody asked of a check. Whoever pressed one of our buttons needs write access at that moment, as for the command;
 * GitHub itself lets only such people ask for a check again.
 */
export async function pressButton(ports: PromotionPorts, job: ActionJob): Promise<Outcome> {
  const action = parseCheckAction(job.identifier)
  if (!action) return outcome('refused', 'BUTTON_UNKNOWN')
  if (!(await isAllowed(ports, job))) return notPermitted(job)
  if (action.kind === 'again') return checkAgain(ports, job)
  const environment = parseCheckName(job.check ?? '')?.environment
  if (environment === undefined) return outcome('refused', 'BUTTON_UNKNOWN')
  try {
    return await answer(ports, job, action, environment)
  } catch (error) {
    if (error instanceof LockstepError && error.kind !== 'unreachable') return refusal(error)
    throw error
  }
}

/** The check names the environment. */
async function answer(
  ports: PromotionPorts,
  job: ActionJob,
  action: Exclude<CheckAction, { kind: 'again' }>,
  environment: string,
): Promise<Outcome> {
  if (action.kind === 'adopt') return adopt(ports, job, environment)
  const refused = await teamsRefuse(ports, job, environment)
  if (refused) return refused
  if (action.kind === 'heal') return (await heal({ ports }, { environment })).outcome
  return ignoreDrift(ports, { environment, seen: action.seen, by: job.sender?.login ?? '' })
}

/** As for the command: the teams that the default branch's configuration names, asked now. */
async function teamsRefuse(ports: PromotionPorts, { sender }: ActionJob, name: string): Promise<Outcome | undefined> {
  const environments = ((await readConfig(ports))?.environments ?? []).filter((each) => each.name === name)
  return teamRefusal(environments, await knownCaller(ports, sender?.login ?? '', environments))
}

async function isAllowed({ repository }: PromotionPorts, { sender }: ActionJob): Promise<boolean> {
  if (!sender) return true
  const permission = sender.bot ? 'none' : await repository.people.permission(sender.login)
  return permission === 'admin' || permission === 'write'
}

function notPermitted({ sender, check, identifier }: ActionJob): Outcome {
  const message = `${sender?.login} may not press "${identifier}" of ${check}: that needs write access.`
  return outcome('refused', 'NOT_PERMITTED', { message, remedy: 'Ask somebody who has write access.' })
}

/** The commit may be the head of several pull requests, forks' too, and of a merge group. */
async function checkAgain(
  { repository, queue }: PromotionPorts,
  { headSha, check, wish }: ActionJob,
): Promise<Outcome> {
  const again: Again = { wish, ...(check !== undefined && { check }) }
  const { ref } = repository
  const pulls = (await repository.pulls.listOpen()).filter((pull) => pull.head.sha === headSha)
  for (const pull of pulls)
    await queue.add({ kind: 'preview', repository: ref, number: pull.number, seen: seenOf(pull), again })
  const groups = pulls.length > 0 ? [] : await repository.branches.list(QUEUE_BRANCHES)
  const own = groups.filter(({ sha }) => sha === headSha)
  for (const { name } of own) await queue.add({ kind: 'group', repository: ref, branch: name, headSha, again })
  if (pulls.length + own.length === 0) return outcome('nothing', 'CHECKS_WITHOUT_PULL_REQUEST')
  return outcome('done', 'CHECKS_AGAIN', { details: { headSha, pullRequests: pulls.length, groups: own.length } })
}

function seenOf({ head, base }: PullRequest): string {
  return printSeen({ headSha: head.sha, baseRef: base.ref })
}

/** Goes the way of the comment `/adopt <environment>` by the same person, who is answered on the pull request. */
async function adopt(
  { repository, queue, clock }: PromotionPorts,
  job: ActionJob,
  environment: string,
): Promise<Outcome> {
  const { sender, headSha, wish: pressed } = job
  const pull = (await repository.pulls.listOpen()).find(({ head }) => head.sha === headSha)
  if (!pull || !sender) return outcome('nothing', 'CHECKS_WITHOUT_PULL_REQUEST')
  const comment = { id: 0, author: sender, body: `/adopt ${environment}`, createdAt: clock().toISOString() }
  await queue.add({ kind: 'command', repository: repository.ref, number: pull.number, comment, pressed })
  return outcome('done', 'ADOPT_REQUESTED', { details: { environment, pullRequest: pull.number } })
}
