import { posix } from 'node:path'
import type { Problem } from '../../model/errors.ts'
import { KUSTOMIZATION_NAMES } from '../../model/kustomization/parse-kustomization.ts'

/** Where to say what is wrong with an overlay as a whole: the first line of its kustomization. `files` are those of its build. */
export function overlayPlace(overlay: string, files: Iterable<string>): Pick<Problem, 'file' | 'line'> {
  const known = new Set(files)
  const file = KUSTOMIZATION_NAMES.map((name) => posix.join(overlay, name)).find((path) => known.has(path))
  return file === undefined ? { file: overlay } : { file, line: 1 }
}
