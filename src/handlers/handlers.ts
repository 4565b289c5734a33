import type { Logger } from 'pino'
import type { Probot } from 'probot'
import { LockstepError } from '../model/errors.ts'
import { type Job, jobId } from '../model/job.ts'
import type { JobQueue } from '../model/job-queue.ts'
import { onCheckRun, onCheckSuite } from './checks.ts'
import { onInstallation } from './installation.ts'
import { onIssueComment } from './issue-comment.ts'
import { onMergeGroup } from './merge-group.ts'
import { onPullRequest } from './pull-request.ts'
import { onPullRequestReview } from './pull-request-review.ts'
import { onPush } from './push.ts'

/** Which jobs an event asks for. Events and actions that are not known here come anyway and mean nothing. */
export const HANDLERS = {
  check_run: onCheckRun,
  check_suite: onCheckSuite,
  installation: onInstallation,
  installation_repositories: onInstallation,
  issue_comment: onIssueComment,
  merge_group: onMergeGroup,
  pull_request: onPullRequest,
  pull_request_review: onPullRequestReview,
  push: onPush,
} as const satisfies Record<string, (payload: unknown) => Job[]>

type HandledEvent = keyof typeof HANDLERS

/** Each event ends as stored jobs; when they cannot be stored the delivery fails with status 503, so that it can be repeated. */
export function registerHandlers(app: Pick<Probot, 'on'>, queue: Pick<JobQueue, 'add'>, log: Logger): void {
  for (const event of Object.keys(HANDLERS) as HandledEvent[]) {
    app.on(event, async ({ id, payload }) => {
      const jobs = jobsOf(event, payload, log.child({ event, delivery: id }))
      await store(jobs, queue, log.child({ event, delivery: id }))
    })
  }
}

function jobsOf(event: HandledEvent, payload: unknown, log: Logger): Job[] {
  try {
    return HANDLERS[event](payload)
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    log.warn({ code: error.code }, error.message)
    return []
  }
}

async function store(jobs: readonly Job[], queue: Pick<JobQueue, 'add'>, log: Logger): Promise<void> {
  try {
    for (const job of jobs) await queue.add(job)
  } catch (error) {
    log.error({ err: error }, 'jobs of a webhook were not stored')
    throw Object.assign(new Error('The job was not stored; deliver this webhook again.'), { status: 503 })
  }
  if (jobs.length > 0) log.info({ jobs: jobs.map(jobId) }, 'webhook accepted')
}
