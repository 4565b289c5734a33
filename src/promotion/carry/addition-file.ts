import { posix } from 'node:path'
import type { Overlay } from '../../model/target.ts'
import type { Sources } from './kustomization-sources.ts'

/**
 * The kustomization file of an overlay where what another one sets in `directory` is added: of the directory in the same position, where
 * this environment alone builds on it, else the overlay's own. Undefined where `directory` is not shared and this overlay has none
 * like it: what is built there is no part of it.
 */
export function additionFile(sources: Sources, from: Overlay, to: Overlay, directory: string): string | undefined {
  const closure = sources.closure(to)
  const own = closure[0]?.file
  const counterpart = posix.join(to.path, posix.relative(from.path, directory))
  const found = closure.find((each) => each.directory === counterpart)
  if (found) return sources.isOwn(found, to) ? found.file : own
  return closure.some((each) => each.directory === directory) ? own : undefined
}
