/** Why there is no value; the message may be shown to anybody. */
export class Unanswered extends Error {}

export interface AskOptions {
  readonly url: URL
  readonly authorization: string | undefined
  readonly timeoutMs: number
}

const MOST_BYTES = 1024 ** 2

/** GETs JSON. Redirects are not followed: they could lead past what the operator listed. Throws Unanswered for everything but JSON. */
export async function askJson({ url, authorization, timeoutMs }: AskOptions): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs)
  const headers = { accept: 'application/json', 'user-agent': 'lockstep', ...(authorization && { authorization }) }
  // Loaded with the first metric: a worker without any has no need of its memory.
  const { request } = await import('undici')
  const text = await unlessUnanswered(async () => {
    const answer = await request(url, { headers, signal })
    if (answer.statusCode !== 200) {
      answer.body.on('error', () => undefined).destroy()
      throw new Unanswered(statusWords(answer.statusCode))
    }
    return collect(answer.body)
  })
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Unanswered('its answer is not JSON')
  }
}

function statusWords(status: number): string {
  if (status >= 300 && status < 400) return 'its address sends elsewhere, which is not followed'
  if (status === 401 || status === 403) return `it refuses the credentials (${status})`
  return `it answers with status ${status}`
}

async function collect(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MOST_BYTES) throw new Unanswered('its answer is larger than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** What the network says may name hosts and addresses inside: only its code is told. */
async function unlessUnanswered<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Unanswered) throw error
    const { name, code } = error as Error & { code?: string }
    throw new Unanswered(
      name === 'TimeoutError' ? 'it takes too long to answer' : `it does not answer (${code ?? name})`,
    )
  }
}
