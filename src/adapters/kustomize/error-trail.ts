import { posix } from 'node:path'

/** How far into the bases a build had come when it failed. */
export interface Trail {
  /** Of the kustomization at work. */
  readonly directory: string
  /** What it was reading, as its `resources`, `bases` or `components` spell it. */
  readonly entry?: string
}

const STEPS =
  /(accumulating|merging) resources from '([^']*)'|recursed accumulation of path '([^']*)'|(?:kind != 'Component'|kind 'Component') for path '([^']*)'/g

/** Follows kustomize's `accumulating resources from '../base': … recursed accumulation of path 'base': …` to its end. */
export function trailOf(words: string, overlay: string): Trail {
  let trail: Trail = { directory: overlay }
  for (const [, , entry, directory, component] of words.matchAll(STEPS)) {
    if (directory !== undefined) trail = { directory: directory || '.' }
    else if (entry !== undefined) trail = { ...trail, entry }
    else if (component !== undefined) trail = { ...trail, entry: relative(trail.directory, component) }
  }
  return trail
}

/** As a kustomization there would name it. */
function relative(from: string, to: string): string {
  return posix.relative(`/${from}`, `/${to}`)
}
