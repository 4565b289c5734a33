import { LockstepError, type Problem } from '../../model/errors.ts'
import type { Invocation } from '../command.ts'

/** Which repository, where, and in whose name. */
export interface CiSettings {
  readonly token: string
  readonly owner: string
  readonly name: string
  /** REST root without a slash at the end. */
  readonly apiUrl: string
}

/**
 * From the options, else from the variables that GitHub sets for its workflows and that any other CI can set as well. Throws every fault
 * at once, a wrong usage.
 */
export function ciSettings({ options, env }: Pick<Invocation, 'options' | 'env'>): CiSettings {
  const token = env.GITHUB_TOKEN ?? ''
  const repository = (options.repository as string | undefined) ?? env.GITHUB_REPOSITORY ?? ''
  const [, owner = '', name = ''] = /^([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+)$/.exec(repository) ?? []
  const apiUrl = apiUrlOf(options['github-url'] as string | undefined, env)
  const problems: Problem[] = [
    ...(token === ''
      ? [missing('GITHUB_TOKEN is not set.', 'Set it to a token that may write contents and pull requests.')]
      : []),
    ...(name === ''
      ? [
          missing(
            `No repository is named${repository && ` by "${repository}"`}.`,
            'Give --repository OWNER/NAME or set GITHUB_REPOSITORY.',
          ),
        ]
      : []),
    ...(apiUrl === undefined
      ? [missing('The address of GitHub is no web address.', 'Give e.g. --github-url https://github.example.com.')]
      : []),
  ]
  if (problems.length > 0 || apiUrl === undefined) throw new LockstepError(problems, { kind: 'usage' })
  return { token, owner, name, apiUrl }
}

/** GitHub Enterprise answers below its own address. GITHUB_API_URL belongs to the GitHub that runs the workflow. */
function apiUrlOf(url: string | undefined, env: Invocation['env']): string | undefined {
  if (url === undefined && env.GITHUB_API_URL) return address(env.GITHUB_API_URL)
  const web = address(url ?? env.GITHUB_SERVER_URL ?? 'https://github.com')
  if (web === 'https://github.com') return 'https://api.github.com'
  return web && `${web}/api/v3`
}

function address(text: string): string | undefined {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined
  return url.href.replace(/\/+$/, '')
}

function missing(message: string, remedy: string): Problem {
  return { code: 'OPTION_MISSING', message, remedy }
}
