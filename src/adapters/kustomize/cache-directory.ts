import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Where everything Lockstep downloads or builds once is kept: `$LOCKSTEP_CACHE`, `$XDG_CACHE_HOME/lockstep` or `~/.cache/lockstep`. */
export function cacheDirectory(env: Environment = process.env): string {
  if (env.LOCKSTEP_CACHE) return env.LOCKSTEP_CACHE
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'lockstep')
}

/** Where commands keep renders: `$LOCKSTEP_RENDERS`, or `renders` in the cache directory. Undefined with `LOCKSTEP_RENDERS=off`. */
export function rendersDirectory(env: Environment = process.env): string | undefined {
  if (env.LOCKSTEP_RENDERS === 'off') return undefined
  return env.LOCKSTEP_RENDERS || join(cacheDirectory(env), 'renders')
}
