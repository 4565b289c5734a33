import type { Octokit } from './octokit.ts'

const REMEMBERED = 300

interface Remembered {
  readonly etag: string
  readonly response: { data: unknown }
}

/** Sends `If-None-Match` for what was read before: GitHub's 304 costs nothing of the rate limit. */
export function readConditionally(octokit: Octokit): void {
  const answers = new Map<string, Remembered>()
  octokit.hook.wrap('request', async (request, options) => {
    if (options.method !== 'GET') return request(options)
    const key = octokit.request.endpoint.parse(options).url
    const known = answers.get(key)
    // Hooks below this one get the same object, whatever is passed on.
    if (known) options.headers['if-none-match'] = known.etag
    try {
      const response = await request(options)
      remember(answers, key, response)
      return response
    } catch (error) {
      if (!known || (error as { status?: number }).status !== 304) throw error
      return structuredClone(known.response) as Awaited<ReturnType<typeof request>>
    }
  })
}

/** Keeps a copy: what callers get is theirs to change. */
function remember(answers: Map<string, Remembered>, key: string, response: { headers: object; data: unknown }): void {
  const etag = (response.headers as { etag?: string }).etag
  answers.delete(key)
  if (!etag) return
  answers.set(key, { etag, response: structuredClone(response) })
  const oldest = answers.keys().next().value
  if (answers.size > REMEMBERED && oldest !== undefined) answers.delete(oldest)
}
