import type { Problem } from '../../model/errors.ts'
import type { Mask } from '../../model/mask-secrets.ts'
import { cluesIn } from './error-clues.ts'
import { trailOf } from './error-trail.ts'
import { errorWords, excerpt, readableWords } from './error-words.ts'
import { type SourcePlace, SourceSearch } from './source-search.ts'

/** What a failed build has to be explained with. */
export interface FailedBuild {
  readonly stderr: string
  /** The directory the build ran in, as kustomize prints it. */
  readonly root: string
  /** Relative to `root`. */
  readonly overlay: string
  /** Files that went in, as the repository has them. */
  readonly files: ReadonlyMap<string, string>
  readonly mask: Mask
}

/** kustomize's words as a problem of the source they are about: file and line, without our paths and without Secret values. */
export function explainBuildError(build: FailedBuild): Problem {
  const { stderr, root, overlay, files, mask } = build
  const words = errorWords(stderr, root)
  const { file, place, object } = placeOf(excerpt(words), overlay, files)
  return {
    code: 'KUSTOMIZE_FAILED',
    message: `kustomize cannot build ${overlay}: ${shown(words, mask) || 'it gave no reason'}.`,
    file,
    line: place.line,
    column: place.column,
    ...(object !== undefined && { object: mask.text(object) }),
    remedy: `Correct it; \`kustomize build ${overlay}\` shows the same.`,
  }
}

const MAX_LENGTH = 1_500

/** Masked as they are and as they are read, since a value may be split over lines; then shortened, so that no part of one stays. */
function shown(words: string, mask: Mask): string {
  const text = mask.text(readableWords(excerpt(mask.text(words))))
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

/** Where nothing else is known, the kustomization at work. */
function placeOf(words: string, overlay: string, files: ReadonlyMap<string, string>): SourcePlace {
  const search = new SourceSearch(files, trailOf(words, overlay))
  for (const clue of [...cluesIn(words), { find: 'entry' } as const]) {
    const found = search.find(clue)
    if (found) return found
  }
  return { file: search.kustomization() ?? overlay, place: { line: 1, column: 1 } }
}
