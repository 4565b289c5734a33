type Fetch = typeof globalThis.fetch

/** `fetch` whose whole answer, body included, arrives within `timeoutMs` or is a rejection: half an answer is none. */
export function deadlineFetch(fetch: Fetch, timeoutMs: number): Fetch {
  return async (input, init) => {
    const deadline = AbortSignal.timeout(timeoutMs)
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline
    const answer = await fetch(input, { ...init, signal })
    const body = await answer.arrayBuffer()
    const whole = new Response(hasBody(answer.status) ? body : null, answer)
    Object.defineProperty(whole, 'url', { value: answer.url })
    return whole
  }
}

function hasBody(status: number): boolean {
  return ![204, 205, 304].includes(status)
}
