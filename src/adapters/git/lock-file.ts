import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { LockstepError } from '../../model/errors.ts'

/** A holder touches its file this often; one that was not touched for `STALE_MS` belongs to a process that died. */
const TOUCH_MS = 2_000
const STALE_MS = 15_000
const RETRY_MS = 50

/**
 * Runs `work` while holding `path`, shared by every process on this machine or file system. A dead holder is found by its silence.
 * Refuses with GIT_MIRROR_BUSY after `waitMs`.
 */
export async function withLockFile<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const token = randomUUID()
  await acquire(path, token, waitMs)
  const touch = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined)
  }, TOUCH_MS)
  try {
    return await work()
  } finally {
    clearInterval(touch)
    if ((await readFile(path, 'utf8').catch(() => '')) === token) await rm(path, { force: true })
  }
}

async function acquire(path: string, token: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs
  while (!(await create(path, token))) {
    if (performance.now() > until) throw busy(path)
    await breakStale(path)
    await sleep(RETRY_MS)
  }
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moving it aside first means that of two who find it stale only one removes it. */
async function breakStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (!found || Date.now() - found.mtimeMs < STALE_MS) return
  const aside = `${path}.stale-${randomUUID()}`
  await rename(path, aside).catch(() => undefined)
  await rm(aside, { force: true })
}

function busy(path: string): LockstepError {
  return new LockstepError(
    {
      code: 'GIT_MIRROR_BUSY',
      message: `Another process has held ${path} for too long.`,
      remedy: 'End that process, or wait and try again.',
    },
    { kind: 'unreachable' },
  )
}
