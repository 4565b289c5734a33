import { open, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const BEAT_MS = 2_000
const STALE_MS = 15_000

/**
 * Runs `work` while no other process does. The holder touches the file every two seconds; one left behind by a killed process is
 * taken over after fifteen. `onWait` is awaited before each further try and may throw to give up. Two takers at the same moment may
 * both run: `work` must be safe then, the lock only saves the effort.
 */
export async function withLock<T>(
  file: string,
  onWait: () => void | Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  while (!(await take(file))) {
    if (await isStale(file)) {
      await rm(file, { force: true })
    } else {
      await onWait()
      await sleep(500)
    }
  }
  const beat = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), BEAT_MS).unref()
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(file, { force: true })
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx')).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function isStale(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS
}
