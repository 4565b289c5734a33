import type { Overlay } from '../model/target.ts'
import type { RepositoryConfig } from './repository-config.ts'

/** What a pull request would change, merged with the tip of its base. */
export interface ProposedChange {
  /** Overlays whose render changes, comes, goes or fails. */
  readonly overlays: readonly Overlay[]
  /** The configuration that judges: the base branch's. */
  readonly before: RepositoryConfig
  /** The one that would be: without environments where it goes. Undefined where it cannot be used. */
  readonly after: RepositoryConfig | undefined
}
