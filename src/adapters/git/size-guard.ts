import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const LOOK_EVERY_MS = 250

/**
 * Runs `work` and aborts it when what it adds to a bare repository's objects grows beyond `maxBytes`; then `onTooLarge` makes the
 * error. git has no limit of its own for what it fetches.
 */
export async function withSizeGuard<T>(
  repository: string,
  { maxBytes, signal, tooLarge }: { maxBytes: number; signal?: AbortSignal; tooLarge: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const guard = new AbortController()
  const before = await packBytes(repository)
  const timer = setInterval(() => {
    packBytes(repository).then((bytes) => {
      if (bytes - before > maxBytes) guard.abort()
    })
  }, LOOK_EVERY_MS)
  try {
    const done = await work(signal ? AbortSignal.any([signal, guard.signal]) : guard.signal)
    if ((await packBytes(repository)) - before > maxBytes) throw tooLarge()
    return done
  } catch (error) {
    throw guard.signal.aborted ? tooLarge() : error
  } finally {
    clearInterval(timer)
  }
}

/** What a fetch leaves behind that did not end by itself. */
export async function removeLeftovers(repository: string): Promise<void> {
  const directory = join(repository, 'objects', 'pack')
  const names = await readdir(directory).catch(() => [])
  const left = names.filter((name) => name.startsWith('tmp_'))
  await Promise.all(left.map((name) => rm(join(directory, name), { force: true })))
}

/** Bytes of a bare repository's packs; 0 where there is none. */
export async function packBytes(repository: string): Promise<number> {
  const directory = join(repository, 'objects', 'pack')
  const names = await readdir(directory).catch(() => [])
  const sizes = names.map((name) =>
    stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
