import { posix } from 'node:path'
import { LockstepError, type Problem } from '../../model/errors.ts'
import type { Tree } from '../../model/tree.ts'

/** Where what is brought in is placed; no repository has anything there. */
export const RESERVED = '.lockstep'

export interface Place {
  readonly file: string
  readonly line: number
  readonly column?: number
}

/** A tree that takes part in a build: the repository itself, or a remote one at a commit. */
export interface Site {
  readonly tree: Tree
  /** Where its files are placed; empty for the repository itself. */
  readonly below: string
  /** How many references lead here. */
  readonly depth: number
  /** For a remote one: what to call it, and which line of the repository itself leads here first. */
  readonly remote?: { readonly name: string; readonly via: Place }
}

/** The place in the repository itself of something found in a site. */
export function placeOf({ remote }: Site, problem: Problem): Place {
  const { file = '', line = 1, column } = problem
  return remote?.via ?? { file, line, ...(column !== undefined && { column }) }
}

/** Faults of a remote repository are faults of the line that leads there, and say where they are. */
export function reported(site: Site, problems: readonly Problem[]): Problem[] {
  const { remote } = site
  if (!remote) return [...problems]
  return problems.map((problem) => {
    const where = [problem.file, problem.line].filter((part) => part !== undefined && part !== '').join(':')
    const message = `In ${remote.name}${where ? `, ${where}` : ''}: ${problem.message}`
    return { ...problem, message, ...remote.via }
  })
}

export function refuseReserved(site: Site, files: readonly string[]): void {
  const taken = files.find((file) => file.split('/').includes(RESERVED))
  if (taken === undefined) return
  const problem = {
    code: 'RESERVED_PATH',
    message: `The directory ${RESERVED} is where Lockstep places what it brings in, and the repository has a file there.`,
    file: taken,
    remedy: 'Rename that directory.',
  }
  throw new LockstepError(reported(site, [problem]))
}

/** From the directory of a kustomization of the site to a path of the composed tree. */
export function pathFrom(site: Site, file: string, target: string): string {
  return posix.relative(posix.join(site.below, posix.dirname(file)), target)
}
