import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where everything Lockstep downloads or builds once is kept: `$LOCKSTEP_CACHE`, `$XDG_CACHE_HOME/lockstep` or `~/.cache/lockstep`. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.LOCKSTEP_CACHE) return env.LOCKSTEP_CACHE
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'lockstep')
}
