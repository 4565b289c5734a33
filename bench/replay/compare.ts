import type { AffectedOverlay } from '../../src/preview/affected-overlays.ts'
import type { Built } from './truth.ts'

export interface Sides {
  readonly before: Built | undefined
  readonly after: Built | undefined
}

export interface Comparison {
  /** Directories whose builds differ, or are there on one side only. */
  readonly changed: readonly string[]
  readonly tooMany: readonly string[]
  readonly missed: readonly string[]
}

/** Only directories that build on every side where they exist can be judged. */
export function isJudged({ before, after }: Sides): boolean {
  return [before, after].every((built) => built === undefined || 'hash' in built)
}

export function compareAffected(sides: ReadonlyMap<string, Sides>, affected: readonly AffectedOverlay[]): Comparison {
  const named = new Set(affected.map(({ overlay }) => overlay.path))
  const judged = [...sides].filter(([, both]) => isJudged(both))
  const changed = judged.filter(([, { before, after }]) => hashOf(before) !== hashOf(after)).map(([path]) => path)
  const same = judged.map(([path]) => path).filter((path) => !changed.includes(path))
  return {
    changed,
    tooMany: same.filter((path) => named.has(path)),
    missed: changed.filter((path) => !named.has(path)),
  }
}

function hashOf(built: Built | undefined): string | undefined {
  return built && 'hash' in built ? built.hash : undefined
}
