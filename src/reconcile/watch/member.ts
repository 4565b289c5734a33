import type { RepositoryRef } from '../../model/github.ts'
import type { Target } from '../../model/target.ts'

export interface Member {
  readonly repository: RepositoryRef
  readonly target: Target
}

/** With its `targetLabel`. */
export type Labelled = readonly [string, Member]
