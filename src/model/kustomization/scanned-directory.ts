import type { Problem } from '../errors.ts'
import type { Place } from '../located-yaml.ts'
import type { ChartReference } from './chart-reference.ts'
import type { RemoteReference } from './remote-reference.ts'

/** A directory that another kustomization builds on. */
export interface Child {
  readonly directory: string
  readonly file: string
  readonly place: Place
  /** Its objects are plugins, so what they refer to is known only after building it. */
  readonly plugins: boolean
}

/** What one directory's kustomization brings along by itself. */
export interface ScannedDirectory {
  /** Its kustomization, undefined when there is none. */
  readonly file?: string
  readonly files: readonly string[]
  readonly children: readonly Child[]
  readonly problems: readonly Problem[]
  /** What it builds on outside the tree; each refusal is among the problems. */
  readonly remotes: readonly RemoteReference[]
  readonly charts: readonly ChartReference[]
}
