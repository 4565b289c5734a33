import { setTimeout as sleep } from 'node:timers/promises'

/** What a look found: the value, or why it is not there yet. */
export type Look<T> = { readonly found: T } | { readonly not: string }

/** A test machine that does other things besides may be slower than a person would wait. */
const patience = () => Number(process.env.LOCKSTEP_DEMO_PATIENCE ?? 1)

/** Looks again and again until something is found; after the deadline throws with what was seen last. */
export async function eventually<T>(
  what: string,
  look: () => Promise<Look<T>>,
  options: { seconds?: number; signal?: AbortSignal } = {},
): Promise<T> {
  const seconds = (options.seconds ?? 30) * patience()
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    options.signal?.throwIfAborted()
    const seen = await look().catch((error: unknown) => ({ not: `asking failed: ${(error as Error).message}` }))
    if ('found' in seen) return seen.found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s. Last seen: ${seen.not}`)
    await sleep(150, undefined, { signal: options.signal })
  }
}

/** `eventually` for a condition on a value that can be asked for at any time. */
export function eventuallyEqual<T>(what: string, ask: () => Promise<T>, expected: T, options?: { seconds?: number }) {
  return eventually(
    what,
    async (): Promise<Look<T>> => {
      const value = await ask()
      return value === expected ? { found: value } : { not: `${String(value)}, expected ${String(expected)}` }
    },
    options,
  )
}
