import { LockstepError, type Problem, type ProblemKind } from '../../model/errors.ts'
import { failureOf, type GitHubFailure } from './github-failure.ts'
import type { GitHubReason } from './reasons.ts'

/** A call to GitHub that did not work, with the failure for callers inside this adapter that know a way on. */
export class GitHubError extends LockstepError {
  readonly failure: GitHubFailure

  constructor(failure: GitHubFailure, what: string, cause?: unknown) {
    const { kind, ...rest } = MEANING[failure.kind]
    super(problemOf(failure, what, rest), { kind, cause })
    this.name = 'GitHubError'
    this.failure = failure
  }
}

/** Anything Octokit threw as what it means; anything else as it is. `what` reads like `create pull request of acme/shop`. */
export function githubError(error: unknown, what: string, now: number): unknown {
  if (error instanceof GitHubError) return error
  const failure = failureOf(error, now)
  return failure ? new GitHubError(failure, what, error) : error
}

export function failureIn(error: unknown): GitHubFailure | undefined {
  return error instanceof GitHubError ? error.failure : undefined
}

/** True when GitHub said no in words that match; every text it gives is looked at. */
export function refusedWith(error: unknown, words: RegExp): boolean {
  const failure = failureIn(error)
  if (!failure || !['refused', 'conflict'].includes(failure.kind)) return false
  return [failure.message, ...failure.details].some((text) => words.test(text))
}

interface Meaning {
  readonly code: GitHubReason
  readonly kind: ProblemKind
  readonly remedy: string
}

const MEANING: Readonly<Record<GitHubFailure['kind'], Meaning>> = {
  credentials: {
    code: 'GITHUB_CREDENTIALS',
    kind: 'unreachable',
    remedy: 'Check the App id, its private key, and that the App is still installed.',
  },
  suspended: {
    code: 'GITHUB_SUSPENDED',
    kind: 'unreachable',
    remedy: "Ask an owner of the account to lift the suspension in the account's installed Apps.",
  },
  permission: {
    code: 'GITHUB_PERMISSION',
    kind: 'refused',
    remedy: 'Grant it in the App and accept it in the installation.',
  },
  limited: { code: 'GITHUB_LIMITED', kind: 'unreachable', remedy: 'Nothing to do: Lockstep tries again later.' },
  missing: {
    code: 'GITHUB_MISSING',
    kind: 'refused',
    remedy: 'Check the name, and that the App is installed on the repository.',
  },
  stale: { code: 'GITHUB_CONFLICT', kind: 'refused', remedy: 'Read the branch again and repeat.' },
  conflict: { code: 'GITHUB_CONFLICT', kind: 'refused', remedy: 'Read again and repeat.' },
  refused: { code: 'GITHUB_REFUSED', kind: 'refused', remedy: 'Mend what GitHub names and repeat.' },
  unavailable: {
    code: 'GITHUB_UNAVAILABLE',
    kind: 'unreachable',
    remedy: 'See githubstatus.com; Lockstep tries again later.',
  },
  unanswered: {
    code: 'GITHUB_UNAVAILABLE',
    kind: 'unreachable',
    remedy: 'Check the network and the GitHub address; Lockstep tries again later.',
  },
}

function problemOf(failure: GitHubFailure, what: string, meaning: { code: string; remedy: string }): Problem {
  const status = failure.status === undefined ? '' : ` (${failure.status})`
  const details = failure.details.filter((detail) => !failure.message.includes(detail))
  const said = [failure.message, ...details].join('; ')
  const needs = failure.needs ? ` It needs ${failure.needs.replace('=', ': ')}.` : ''
  return { code: meaning.code, message: `Could not ${what}: ${said}${status}.${needs}`, remedy: meaning.remedy }
}
