import type { Place } from '../located-yaml.ts'

/** A chart that a kustomization or a generator asks kustomize to inflate; everything else about it kustomize reads itself. */
export interface HelmChart {
  readonly name: string
  /** A version or a range. */
  readonly version?: string
  readonly repo?: string
  /** Where charts are looked for, from the kustomization's directory. */
  readonly chartHome: string
  readonly place: Place
}
