import { LruCache } from '../model/lru-cache.ts'
import type { Mirror } from '../model/mirror.ts'

const LOOKS_KEPT = 100

/** By mirror: for which looks it was fetched in this process. */
const fetched = new WeakMap<object, LruCache<string, Promise<void>>>()

/**
 * Fetches once for a look: what one worker saw of a repository has to be there for another that goes on from it, because each has a mirror of
 * its own. Looks are told apart by their ids.
 */
export function fetchFor(mirror: Pick<Mirror, 'fetch'>, look: string): Promise<void> {
  const looks = fetched.get(mirror) ?? new LruCache(LOOKS_KEPT)
  fetched.set(mirror, looks)
  const known = looks.get(look) ?? mirror.fetch()
  looks.set(look, known)
  known.catch(() => looks.delete(look))
  return known
}
