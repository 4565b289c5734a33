import type { GitHubPerson } from '../github-person.ts'
import type { KubernetesPerson } from '../kubernetes-person.ts'

/** What every step can see: people and public interfaces, nothing of Lockstep's inside. */
export interface Scene {
  /** Has write access to the repository and may scale Deployments by hand. */
  readonly ana: GitHubPerson
  readonly kubernetes: KubernetesPerson
  /** Login of Lockstep's bot, e.g. `lockstep[bot]`. */
  readonly bot: string
  /** What earlier steps leave for later ones. */
  readonly notes: Notes
}

export interface Notes {
  /** Tag of checkout everywhere before the story. */
  oldTag?: string
  newTag?: string
  /** Open pull request that touches prod while prod drifts. */
  prodPull?: number
  /** Commit whose removals are over the prune limit. */
  overLimit?: string
}

/** One scene of the story: does something as a person would, then verifies from outside what Lockstep made of it. */
export interface Step {
  readonly name: string
  /** Resolves with one line: what happened, and where to look. Throws when it did not. */
  play(scene: Scene): Promise<string>
}
