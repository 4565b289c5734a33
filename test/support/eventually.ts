import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `check` answers something; fails after `withinMs` with the last thing that `describe` says. */
export async function eventually<T>(
  check: () => T | undefined | false | Promise<T | undefined | false>,
  describe: () => string = () => 'what was waited for',
  withinMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const found = await check()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`did not happen within ${withinMs} ms: ${describe()}`)
    await sleep(20)
  }
}
