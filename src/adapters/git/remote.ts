import { isAbsolute } from 'node:path'
import { LockstepError, type Problem } from '../../model/errors.ts'
import { GitFailure, lastLine } from './run-git.ts'

/** Where a mirror fetches from, with the one protocol that git may use for it. */
export interface Remote {
  readonly url: string
  readonly protocol: 'https' | 'http' | 'file'
}

/** `file:` and absolute paths only where the caller says so. Refuses with GIT_URL_REFUSED. */
export function parseRemote(url: string, allowFile: boolean): Remote {
  if (isAbsolute(url) && allowFile) return { url, protocol: 'file' }
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed) throw refused('It is not a URL.')
  if (parsed.username || parsed.password) throw refused('It holds credentials.')
  if (parsed.protocol === 'https:') return { url, protocol: 'https' }
  if (parsed.protocol === 'http:') return { url, protocol: 'http' }
  if (parsed.protocol === 'file:' && allowFile) return { url, protocol: 'file' }
  throw refused(`Its protocol ${parsed.protocol} is not allowed.`)
}

/** The header goes to the remote's own origin and nowhere else; redirects are not followed. */
export function remoteConfig(remote: Remote, authorization: string | undefined): Record<string, string> {
  const allow = {
    [`protocol.${remote.protocol}.allow`]: 'always',
    'http.lowSpeedLimit': '1000',
    'http.lowSpeedTime': '30',
  }
  if (authorization === undefined || remote.protocol === 'file') return allow
  return { ...allow, [`http.${new URL(remote.url).origin}/.extraHeader`]: `Authorization: ${authorization}` }
}

function refused(reason: string): LockstepError {
  return new LockstepError({
    code: 'GIT_URL_REFUSED',
    message: `This address cannot be fetched from. ${reason}`,
    remedy: 'Give an https address without credentials; tokens are passed on separately.',
  })
}

/** Says what a failed fetch means; other errors come back as they are. */
export function explainFetchError(error: unknown, remote: Remote): unknown {
  if (!(error instanceof LockstepError) || error.code !== 'GIT_FAILED' || !(error.cause instanceof GitFailure))
    return error
  const problem = fetchProblem(error.cause.result.stderr, remote)
  return new LockstepError(problem, { kind: 'unreachable', cause: error.cause })
}

function fetchProblem(stderr: string, { url }: Remote): Problem {
  if (/Authentication failed|could not read (?:Username|Password)|returned error: 40[13]/.test(stderr)) {
    return {
      code: 'GIT_ACCESS_DENIED',
      message: `${url} refused the credentials.`,
      remedy: 'Check that the App is installed on the repository and may read its contents.',
    }
  }
  if (/not found|does not exist|does not appear to be a git repository|returned error: 404/.test(stderr)) {
    return {
      code: 'GIT_REMOTE_NOT_FOUND',
      message: `There is no repository at ${url}.`,
      remedy: 'Check its name and that the App is installed on it.',
    }
  }
  return {
    code: 'GIT_UNREACHABLE',
    message: `${url} could not be fetched: ${lastLine(stderr)}.`,
    remedy: 'Try again; check the address and the network.',
  }
}
