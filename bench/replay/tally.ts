import type { LockstepError } from '../../src/model/errors.ts'
import type { Render } from '../../src/model/renderer.ts'
import type { AffectedOverlay } from '../../src/preview/affected-overlays.ts'
import { compareAffected, isJudged, type Sides } from './compare.ts'
import { type Built, sha256 } from './truth.ts'

/** What went into one of the lists, for a person who wants to know why. */
interface Case {
  readonly commit: string
  readonly directory: string
  readonly why?: string
}

/** What the replay has found so far. */
export class Tally {
  commits = 0
  /** Kustomizations compared, each commit's counted anew. */
  judged = 0
  notJudged = 0
  affected = 0
  changed = 0
  exactCommits = 0
  rendersEqual = 0
  readonly tooMany: Case[] = []
  readonly missed: Case[] = []
  /** Lockstep's render differs from the plain build. */
  readonly different: Case[] = []
  /** Plain kustomize builds it, Lockstep does not. */
  readonly refused: Case[] = []
  /** What plain kustomize does not build without a network, and what Lockstep says of it. */
  readonly failures: Record<string, number> = {}

  add(commit: string, sides: ReadonlyMap<string, Sides>, affected: readonly AffectedOverlay[]): void {
    const { changed, tooMany, missed } = compareAffected(sides, affected)
    const judged = [...sides.values()].filter(isJudged).length
    this.commits += 1
    this.judged += judged
    this.notJudged += sides.size - judged
    this.affected += changed.length - missed.length + tooMany.length
    this.changed += changed.length
    if (tooMany.length + missed.length === 0) this.exactCommits += 1
    this.tooMany.push(...tooMany.map((directory) => ({ commit, directory })))
    this.missed.push(...missed.map((directory) => ({ commit, directory })))
  }

  addRender(where: Case, built: Built | undefined, ours: Render | LockstepError): void {
    if (built === undefined) return
    if ('failure' in built) this.#addFailure(built.failure, 'text' in ours ? 'rendered' : ours.code)
    else if (!('text' in ours)) this.refused.push({ ...where, why: ours.message })
    else if (sha256(ours.text) === built.hash) this.rendersEqual += 1
    else this.different.push(where)
  }

  #addFailure(theirs: string, ours: string): void {
    const name = `plain kustomize: ${theirs}; Lockstep: ${ours}`
    this.failures[name] = (this.failures[name] ?? 0) + 1
  }
}
