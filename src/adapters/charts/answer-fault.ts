import type { HttpAnswer } from '../oci/http-call.ts'
import { ChartFault } from './chart-failure.ts'

/** What an answer other than 200 means. `hasToken`: credentials were sent. */
export function answerFault({ status, url }: HttpAnswer, what: string, hasToken: boolean): ChartFault {
  if (status === 401 || status === 403) {
    return new ChartFault(
      'CHART_DENIED',
      hasToken
        ? `${url.host} refused the credentials for ${what}`
        : `${url.host} does not give ${what} to everybody, and the operator has named no credentials`,
      'Have the operator name a variable with a token: `tokenEnv: NAME` beside `repository`, `usernameEnv` where it is needed.',
    )
  }
  if (status === 404 || status === 410) {
    return new ChartFault('CHART_NOT_FOUND', `${url.host} has no ${what}`, 'Correct `name`, `version` or `repo`.')
  }
  return new ChartFault('CHART_UNREACHABLE', `${url.host} answers ${status} for ${what}`, 'Try again.', 'unreachable')
}
