import { join } from 'node:path'
import { cacheDirectory } from '../cache-directory.ts'
import { type Environment, onPath } from '../find-binary.ts'
import { RENDERER_FOLDER, sourcesDigest } from './renderer-sources.ts'

/** `LOCKSTEP_RENDERER=off`: the kustomize binary builds everything. */
export const OFF = 'off'

/** Where the program is, or would be once it is built. */
export interface RendererPlace {
  /** Absolute path of a program that is there. */
  readonly program?: string
  /** Absolute path that it can be built at. */
  readonly target?: string
}

/** `LOCKSTEP_RENDERER` where it is set; else the program beside the sources, as in images; else the one in the cache that was built of these sources. */
export async function findRenderer(env: Environment = process.env, folder = RENDERER_FOLDER): Promise<RendererPlace> {
  const named = env.LOCKSTEP_RENDERER
  if (named === OFF) return {}
  if (named) return found(await onPath(named, env))
  const beside = await onPath(join(folder, 'lockstep-renderer'), env)
  if (beside) return found(beside)
  const digest = await sourcesDigest(folder)
  if (digest === undefined) return {}
  const target = join(cacheDirectory(env), 'bin', `lockstep-renderer-${digest}`)
  return { target, ...found(await onPath(target, env)) }
}

function found(program: string | undefined): RendererPlace {
  return program === undefined ? {} : { program }
}
