import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { HANDLERS } from '../../src/handlers/handlers.ts'
import { LockstepError } from '../../src/model/errors.ts'
import type { Job } from '../../src/model/job.ts'
import { recordedEvent } from '../support/recorded-event.ts'

type EventName = keyof typeof HANDLERS

const repository = { installation: 1, owner: 'Codertocat', name: 'Hello-World' }
const preview: Job = { kind: 'preview', repository, number: 2 }
const promotions: Job = { kind: 'promotions', repository }
const sweep: Job = { kind: 'sweep' }
const command: Job = {
  kind: 'command',
  repository,
  number: 1,
  comment: {
    id: 492700400,
    author: { login: 'Codertocat', bot: false },
    body: 'Looks right.\n\n/promote prod\n',
    createdAt: '2019-05-15T15:20:21Z',
  },
}

const EXPECTED: Readonly<Record<string, readonly Job[]>> = {
  'pull_request.opened': [preview],
  'pull_request.synchronize': [preview],
  'pull_request.reopened': [preview],
  'pull_request.ready_for_review': [preview],
  'pull_request.converted_to_draft': [preview],
  'pull_request.edited-base': [preview],
  'pull_request.edited-title': [],
  'pull_request.labeled': [],
  'pull_request.closed': [],
  'pull_request.closed-promotion': [promotions],
  'pull_request_review.submitted': [preview, promotions],
  'pull_request_review.dismissed': [preview, promotions],
  'issue_comment.created-command': [command],
  'issue_comment.created-talk': [],
  'issue_comment.created-by-bot': [],
  'issue_comment.created-on-issue': [],
  'issue_comment.edited': [],
  'push.default-branch': [{ kind: 'dispatch', repository }, promotions, sweep],
  'push.branch-deleted': [],
  'push.tag': [],
  'check_run.requested_action': [
    { kind: 'preview', repository: { installation: 690857, owner: 'electron', name: 'electron' }, number: 26764 },
  ],
  // Its head is in a fork, so GitHub names no pull request.
  'check_run.rerequested': [sweep],
  'check_run.completed-gate': [
    { kind: 'promotions', repository: { installation: 1, owner: 'github', name: 'hello-world' } },
  ],
  'check_run.completed-red-gate': [],
  'check_run.completed-other': [],
  'check_suite.requested': [],
  'check_suite.rerequested': [{ kind: 'preview', repository: { ...repository, installation: 957387 }, number: 2 }],
  'installation.created': [sweep],
  'installation.unsuspend': [sweep],
  'installation.new_permissions_accepted': [sweep],
  'installation.deleted': [],
  'installation.suspend': [],
  'installation_repositories.added': [sweep],
  'installation_repositories.removed': [],
  'merge_group.checks_requested': [],
}

describe('what a recorded event asks for', () => {
  test.each(Object.entries(EXPECTED))('%s', (name, jobs) => {
    const { event, payload } = recordedEvent(name)
    expect(HANDLERS[event as EventName](payload)).toEqual(jobs)
  })

  test('covers every recording and every handled event', () => {
    const recorded = readdirSync(new URL('../fixtures/events/', import.meta.url)).map((file) =>
      file.replace('.json', ''),
    )
    expect(Object.keys(EXPECTED).sort()).toEqual(recorded.sort())
    expect([...new Set(recorded.map((name) => name.split('.')[0]))]).toEqual(Object.keys(HANDLERS).sort())
  })
})

test("a check's pull requests are those with its commit as head, not those that share a branch name", () => {
  const { payload } = recordedEvent('check_run.requested_action')
  const run = payload.check_run as { head_sha: string }
  run.head_sha = '0'.repeat(40)
  expect(HANDLERS.check_run(payload)).toEqual([sweep])
})

test('an account that is gone can still have written a command', () => {
  const { payload } = recordedEvent('issue_comment.created-command')
  const comment = payload.comment as { user: unknown }
  comment.user = null
  expect(HANDLERS.issue_comment(payload)).toMatchObject([{ comment: { author: { login: 'ghost', bot: false } } }])
})

describe('payloads that are not as GitHub describes them', () => {
  const EVENTS = Object.keys(HANDLERS) as EventName[]

  test.each(EVENTS)('%s names what is wrong', (event) => {
    expect(() => HANDLERS[event]({ action: 7 })).toThrow(/WEBHOOK_PAYLOAD .*action|WEBHOOK_PAYLOAD .*ref/)
  })

  test.each(EVENTS)('%s never fails in another way', (event) => {
    fc.assert(
      fc.property(fc.jsonValue(), (payload) => {
        try {
          HANDLERS[event](payload)
        } catch (error) {
          expect(error).toBeInstanceOf(LockstepError)
        }
      }),
    )
  })

  test('a repository name that could leave its place in a path is refused', () => {
    const { payload } = recordedEvent('push.default-branch')
    const changed = { ...payload, repository: { ...(payload.repository as object), name: '../secrets' } }
    expect(() => HANDLERS.push(changed)).toThrow('repository.name')
  })
})

describe("GitHub's own examples", () => {
  interface Example {
    readonly name: string
    readonly examples: readonly { readonly installation?: object }[]
  }
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json')
  const examples = (JSON.parse(readFileSync(path, 'utf8')) as Example[]).filter(({ name }) => name in HANDLERS)

  test.each(examples)('$name is understood in every one of them', ({ name, examples: payloads }) => {
    const installation = { id: 1 }
    for (const payload of payloads) {
      expect(() => HANDLERS[name as EventName]({ ...payload, installation })).not.toThrow()
    }
  })
})
