import { validationFailed } from '../http/refusal.ts'

/** Longest text of an issue, pull request, review or comment, in characters. */
const LONGEST_BODY = 65_536

export function checkBody(resource: string, body: string | null | undefined): void {
  if (!body || [...body].length <= LONGEST_BODY) return
  const message = `body is too long (maximum is ${LONGEST_BODY} characters)`
  throw validationFailed({ resource, code: 'custom', field: 'body', message })
}
