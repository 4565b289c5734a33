import { GitHubError } from '../../../src/adapters/github/github-error.ts'
import type { GitHubFailure } from '../../../src/adapters/github/github-failure.ts'
import type { Trouble } from '../../support/promotion-story.ts'

type Kind = GitHubFailure['kind']

/** What a call that the adapter can make sense of answers; every other throws. */
const ANSWERS: Readonly<Record<string, Partial<Record<number, unknown>>>> = {
  'pulls.get': { 404: undefined },
  'branches.tip': { 404: undefined },
  'people.permission': { 404: 'none' },
  'people.isTeamMember': { 404: false },
  'branches.commit': { 409: 'stale' },
  'branches.create': { 409: 'exists', 422: 'exists' },
  'branches.createOrphan': { 409: 'exists', 422: 'exists' },
  'pulls.merge': {
    404: { merged: false, refusal: 'closed', message: 'Not Found' },
    409: { merged: false, refusal: 'head-moved', message: 'Head branch was modified.' },
    422: { merged: false, refusal: 'blocked', message: 'Validation Failed' },
  },
}

function status(code: number, kind: Kind): Trouble {
  return {
    when: 'before',
    answer(name) {
      const known = ANSWERS[name]
      if (known && code in known) return known[code]
      return fail(name, kind, code)
    },
  }
}

function fail(name: string, kind: Kind, code?: number): never {
  const failure = { kind, message: 'as a test wants it', details: [], ...(code !== undefined && { status: code }) }
  throw new GitHubError(failure, name)
}

const isOnGitHub = (name: string) => name !== 'queue.add'

/** As the adapter tells what GitHub said, and which calls it can happen to. */
export const TROUBLES: Readonly<Record<string, Trouble & { readonly applies: (name: string) => boolean }>> = {
  'the process is killed before it': { when: 'before', dies: true, applies: () => true },
  'the process is killed after it': { when: 'after', dies: true, applies: () => true },
  '403': { ...status(403, 'permission'), applies: isOnGitHub },
  '404 for a moment': { ...status(404, 'missing'), applies: isOnGitHub },
  '409': { ...status(409, 'conflict'), applies: isOnGitHub },
  '422': { ...status(422, 'refused'), applies: isOnGitHub },
  '500': { ...status(500, 'unavailable'), applies: isOnGitHub },
  'done, and then no answer': {
    when: 'after',
    answer: (name) => fail(name, 'unanswered'),
    applies: () => true,
  },
}
