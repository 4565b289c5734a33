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
const HEAD = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
const preview: Job = { kind: 'preview', repository, number: 2, seen: `${HEAD} master` }
const announce: Job = { kind: 'announce', repository, number: 2 }
/** Breaks off a preview that is under way. */
const over: Job = { kind: 'preview', repository, number: 2, seen: 'closed' }
const group: Job = {
  kind: 'group',
  repository: { installation: 1, owner: 'octo-org', name: 'octo-repo' },
  branch: 'gh-readonly-queue/main/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64',
  headSha: '2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d',
  baseSha: '380387fbc80638b734a49e1be1c4dfec1c01b33c',
}
const moved = (branch: string): Job => ({
  kind: 'base',
  repository,
  branch,
  before: '6113728f27ae82c7b1a177c8d03f9e96e0adf200',
})
const promotions: Job = { kind: 'promotions', repository }
const sweep: Job = { kind: 'sweep' }
const command: Extract<Job, { kind: 'command' }> = {
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
  'pull_request.opened': [announce, preview],
  'pull_request.synchronize': [announce, preview],
  'pull_request.reopened': [announce, preview],
  'pull_request.ready_for_review': [preview],
  'pull_request.converted_to_draft': [preview],
  'pull_request.edited-base': [preview],
  'pull_request.edited-title': [],
  'pull_request.labeled': [],
  'pull_request.closed': [over],
  'pull_request.closed-promotion': [over, promotions],
  'pull_request_review.submitted': [preview, promotions],
  'pull_request_review.dismissed': [preview, promotions],
  'issue_comment.created-command': [command],
  'issue_comment.created-talk': [],
  'issue_comment.created-by-bot': [
    { ...command, comment: { ...command.comment, author: { login: 'lockstep[bot]', bot: true } } },
  ],
  'issue_comment.created-on-issue': [],
  'issue_comment.edited': [{ ...command, edited: true }],
  // Its first commit: no pull request can be into it yet.
  'push.default-branch': [{ kind: 'dispatch', repository }, promotions, { kind: 'warm', repository }],
  'push.default-branch-on': [
    { kind: 'dispatch', repository },
    promotions,
    moved('master'),
    { kind: 'warm', repository },
  ],
  'push.other-branch': [moved('release')],
  'push.state-branch': [],
  'push.branch-deleted': [],
  'push.tag': [],
  // A button that is none of ours.
  'check_run.requested_action': [],
  'check_run.requested_action-heal': [
    {
      kind: 'action',
      repository: { installation: 690857, owner: 'electron', name: 'electron' },
      headSha: '5bd5f196a46b8222fb7484f05faba41a73cf34bd',
      check: 'lockstep/drift/prod',
      identifier: 'heal',
      sender: { login: 'codebytere', bot: false },
      wish: 'button-1494503112-heal',
    },
  ],
  // Its head is in a fork, so GitHub names no pull request.
  'check_run.rerequested': [
    {
      kind: 'action',
      repository: { installation: 1, owner: 'github', name: 'hello-world' },
      headSha: 'd6fde92930d4715a2b49857d24b940956b26d2d3',
      check: 'randscape',
      identifier: 'again',
      wish: 'run-4',
    },
  ],
  'check_run.completed-gate': [
    { kind: 'promotions', repository: { installation: 1, owner: 'github', name: 'hello-world' } },
  ],
  'check_run.completed-red-gate': [],
  'check_run.completed-other': [],
  'check_run.completed-promotion': [
    { kind: 'promotions', repository: { installation: 1, owner: 'github', name: 'hello-world' } },
  ],
  'check_suite.requested': [],
  'check_suite.rerequested': [
    {
      kind: 'action',
      repository: { ...repository, installation: 957387 },
      headSha: HEAD,
      identifier: 'again',
      wish: 'suite-118578147-2019-05-15T152114Z',
    },
  ],
  'installation.created': [sweep],
  'installation.unsuspend': [sweep],
  'installation.new_permissions_accepted': [sweep],
  'installation.deleted': [],
  'installation.suspend': [],
  'installation_repositories.added': [sweep],
  'installation_repositories.removed': [],
  'merge_group.checks_requested': [group],
  'merge_group.destroyed': [{ ...group, destroyed: true }],
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
