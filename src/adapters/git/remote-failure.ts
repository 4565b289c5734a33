import { LockstepError, type Problem, type ProblemKind } from '../../model/errors.ts'
import { GitFailure, lastLine } from './run-git.ts'

/** What a failed call to a remote base's server means for whoever refers to it; other errors come back as they are. */
export function explainRemoteFailure(error: unknown, url: string, hasToken: boolean): unknown {
  if (!(error instanceof LockstepError)) return error
  if (error.code === 'GIT_TIMEOUT' || error.code === 'GIT_MIRROR_BUSY')
    return failure(unreachable(url, error.message), 'unreachable')
  if (error.code !== 'GIT_FAILED' || !(error.cause instanceof GitFailure)) return error
  const { stderr } = error.cause.result
  if (isRedirect(stderr)) return failure(moved(url))
  if (/Authentication failed|could not read (?:Username|Password)|returned error: 40[13]/.test(stderr)) {
    return failure(denied(url, hasToken))
  }
  if (/returned error: 404|repository .* not found|does not appear to be a git repository/.test(stderr))
    return failure(notFound(url))
  return failure(unreachable(url, lastLine(stderr)), 'unreachable')
}

/** git does not follow redirects here, and says so by the status it stumbled on. */
export function isRedirect(stderr: string): boolean {
  return /returned error: 30\d|redirect/i.test(stderr)
}

/** The server has no such commit, or does not give single commits away. */
export function isUnknownCommit(error: unknown): boolean {
  if (!(error instanceof LockstepError) || !(error.cause instanceof GitFailure)) return false
  return /not our ref|unadvertised object|couldn't find remote ref|no such remote ref|bad object|not a valid object/i.test(
    error.cause.result.stderr,
  )
}

function failure(problem: Problem, kind: ProblemKind = 'refused'): LockstepError {
  return new LockstepError(problem, { kind })
}

function unreachable(url: string, words: string): Problem {
  const message = `${url} could not be fetched: ${words.replace(/\.$/, '')}.`
  return { code: 'REMOTE_UNREACHABLE', message, remedy: 'Try again; check the address and the network.' }
}

function moved(url: string): Problem {
  return {
    code: 'REMOTE_MOVED',
    message: `${url} sends on to another address, and redirects are not followed.`,
    remedy: 'Refer to the repository where it is now, and have the operator allow that.',
  }
}

function denied(url: string, hasToken: boolean): Problem {
  return {
    code: 'REMOTE_DENIED',
    message: hasToken
      ? `${url} refused the token.`
      : `${url} is not public, and the operator has named no token for it.`,
    remedy:
      'Have the operator name an environment variable with a token that may read it: `tokenEnv: NAME` beside `repository`.',
  }
}

function notFound(url: string): Problem {
  return {
    code: 'REMOTE_NOT_FOUND',
    message: `There is no repository at ${url}, or not for everybody.`,
    remedy: 'Correct the address; for a private repository the operator names a token (`tokenEnv`).',
  }
}
