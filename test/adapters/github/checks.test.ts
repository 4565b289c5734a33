import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { reportDigest } from '../../../src/adapters/github/check-digest.ts'
import type { CheckReport } from '../../../src/model/github.ts'
import { checkRunAnswer } from '../../support/github-answers.ts'
import type { Route } from '../../support/github-calls.ts'
import { APP_ID, AT, refusal, SHA } from '../../support/github-names.ts'
import { always, gitHubOverNock, once } from '../../support/github-over-nock.ts'

const LIST: Route = ['GET', `${AT}/commits/${SHA}/check-runs`]
const CREATE: Route = ['POST', `${AT}/check-runs`]
const UPDATE: Route = ['PATCH', `${AT}/check-runs/900`]

const REPORT: CheckReport = {
  name: 'lockstep/gate',
  headSha: SHA,
  status: 'completed',
  conclusion: 'success',
  title: 'Fine',
  summary: 'All gates are open.',
}
const SAID = `lockstep:${reportDigest(REPORT)}`

function runs(...answers: unknown[]) {
  return { total_count: answers.length, check_runs: answers }
}

/** Records what is sent on a route. */
function recorded(route: Route, status: number) {
  const bodies: Record<string, unknown>[] = []
  always(route).reply(status, async (request: Request) => {
    bodies.push((await request.json()) as Record<string, unknown>)
    return checkRunAnswer()
  })
  return bodies
}

describe('publishing a check', () => {
  test('makes a run with all that the report says', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, runs())
    const bodies = recorded(CREATE, 201)
    const annotation = { path: 'a.yaml', startLine: 3, endLine: 4, level: 'failure', title: 'T', message: 'M' } as const
    const report: CheckReport = {
      ...REPORT,
      text: 'more',
      annotations: [annotation],
      actions: [{ label: 'Heal', description: 'Put it back', identifier: 'heal' }],
    }
    await repository.checks.publish(report)
    expect(bodies).toEqual([
      {
        name: 'lockstep/gate',
        head_sha: SHA,
        status: 'completed',
        conclusion: 'success',
        external_id: `lockstep:${reportDigest(report)}`,
        output: {
          title: 'Fine',
          summary: 'All gates are open.',
          text: 'more',
          annotations: [
            { path: 'a.yaml', start_line: 3, end_line: 4, annotation_level: 'failure', title: 'T', message: 'M' },
          ],
        },
        actions: [{ label: 'Heal', description: 'Put it back', identifier: 'heal' }],
      },
    ])
  })

  test('an unfinished report never carries a conclusion, which would finish it', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, runs())
    const bodies = recorded(CREATE, 201)
    await repository.checks.publish({ ...REPORT, status: 'in_progress' })
    expect(bodies[0]).not.toHaveProperty('conclusion')
  })

  test('sends nothing when the newest run says it already', async () => {
    const { repository } = gitHubOverNock()
    const older = checkRunAnswer({ id: 899, external_id: 'lockstep:other' })
    once(LIST).reply(200, runs(older, checkRunAnswer({ external_id: SAID })))
    await repository.checks.publish(REPORT)
  })

  test('says it again when only an older run did', async () => {
    const { repository } = gitHubOverNock()
    const older = checkRunAnswer({ id: 899, external_id: SAID })
    once(LIST).reply(200, runs(checkRunAnswer({ external_id: 'lockstep:other' }), older))
    expect(await published(() => repository.checks.publish(REPORT), recorded(CREATE, 201))).toHaveLength(1)
  })

  test('updates an unfinished run', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, runs(checkRunAnswer({ status: 'in_progress', conclusion: null })))
    const bodies = await published(() => repository.checks.publish(REPORT), recorded(UPDATE, 200))
    expect(bodies).toMatchObject([{ status: 'completed', conclusion: 'success', external_id: SAID }])
  })

  test('never reopens a completed run, but makes a new one', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, runs(checkRunAnswer()))
    const bodies = await published(
      () => repository.checks.publish({ ...REPORT, status: 'in_progress' }),
      recorded(CREATE, 201),
    )
    expect(bodies).toMatchObject([{ status: 'in_progress', head_sha: SHA }])
  })

  test('does not add annotations to those an unfinished run has', async () => {
    const { repository } = gitHubOverNock()
    const output = { title: 'Busy', annotations_count: 2 }
    once(LIST).reply(200, runs(checkRunAnswer({ status: 'in_progress', conclusion: null, output })))
    expect(await published(() => repository.checks.publish(REPORT), recorded(CREATE, 201))).toHaveLength(1)
  })

  test('runs of other Apps do not count', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, runs(checkRunAnswer({ external_id: SAID, app: { id: APP_ID + 1 } })))
    expect(await published(() => repository.checks.publish(REPORT), recorded(CREATE, 201))).toHaveLength(1)
  })

  test('sends annotations fifty at a time, and counts the report as said only after the last', async () => {
    const { repository } = gitHubOverNock()
    const annotations = Array.from({ length: 120 }, (_, index) => ({
      path: 'a.yaml',
      startLine: index + 1,
      endLine: index + 1,
      level: 'notice' as const,
      message: 'M',
    }))
    const report = { ...REPORT, annotations }
    once(LIST).reply(200, runs())
    const created = recorded(CREATE, 201)
    const updated = recorded(UPDATE, 200)
    await repository.checks.publish(report)
    const sent = [...created, ...updated] as { external_id: string; output: { annotations: unknown[] } }[]
    expect(sent.map(({ output }) => output.annotations.length)).toEqual([50, 50, 20])
    const digest = reportDigest(report)
    const ids = [`partial:${digest}`, `partial:${digest}`, `lockstep:${digest}`]
    expect(sent.map(({ external_id }) => external_id)).toEqual(ids)
  })

  test('a run whose answer was lost is found, not made twice', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, runs())
    once(CREATE).replyWithError('socket hang up')
    once(LIST).reply(200, runs(checkRunAnswer({ external_id: SAID })))
    await repository.checks.publish(REPORT)
  })

  test('waits for GitHub to see a commit that was pushed a moment ago', async () => {
    const { repository } = gitHubOverNock()
    once(LIST).reply(200, runs())
    once(CREATE).reply(422, refusal(422, `No commit found for SHA: ${SHA}`))
    once(CREATE).reply(201, checkRunAnswer())
    await repository.checks.publish(REPORT)
  })

  test('two reports at once end as the later one', async () => {
    const { repository } = gitHubOverNock()
    always(LIST).reply(200, runs())
    const bodies = recorded(CREATE, 201)
    const failing = { ...REPORT, conclusion: 'failure' } as const
    await Promise.all([repository.checks.publish(REPORT), repository.checks.publish(failing)])
    expect(bodies).toMatchObject([{ conclusion: 'failure' }])
  })
})

test('of each name only the newest of our runs is listed', async () => {
  const { repository } = gitHubOverNock()
  const drift = checkRunAnswer({
    id: 3,
    name: 'lockstep/drift/prod',
    status: 'waiting',
    conclusion: null,
    completed_at: null,
  })
  once(LIST).reply(200, runs(checkRunAnswer({ id: 1 }), checkRunAnswer({ id: 2, external_id: SAID }), drift))
  expect(await repository.checks.list(SHA)).toEqual([
    {
      id: 2,
      name: 'lockstep/gate',
      headSha: SHA,
      status: 'completed',
      conclusion: 'success',
      title: 'Fine',
      startedAt: '2026-01-05T12:00:00Z',
      completedAt: '2026-01-05T12:00:00Z',
      digest: reportDigest(REPORT),
    },
    {
      id: 3,
      name: 'lockstep/drift/prod',
      headSha: SHA,
      status: 'queued',
      title: 'Fine',
      startedAt: '2026-01-05T12:00:00Z',
    },
  ])
})

test('a digest is about what is said, not about where', () => {
  expect(reportDigest({ ...REPORT, headSha: 'b'.repeat(40), name: 'other' })).toBe(reportDigest(REPORT))
  expect(reportDigest({ ...REPORT, summary: 'No.' })).not.toBe(reportDigest(REPORT))
})

async function published(publish: () => Promise<void>, bodies: readonly Record<string, unknown>[]) {
  await publish()
  expect(nock.pendingMocks().filter((mock) => mock.startsWith('GET') && mock.includes('check-runs'))).toEqual([])
  return bodies
}
