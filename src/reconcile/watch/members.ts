import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import { targetLabel } from '../labels.ts'
import type { Labelled, Member } from './member.ts'

/** The targets of a cluster as they were when they were last asked for, by `targetLabel`. */
export class Members {
  #known: ReadonlyMap<string, Member> = new Map()
  /** Came since they were looked at last: what was told of them before was heard by nobody. */
  readonly #newcomers = new Set<string>()

  /** While they cannot be read the ones known are kept. */
  async refresh(targets: () => Promise<readonly Member[]>): Promise<void> {
    try {
      const labelled = new Map((await targets()).map((member) => [labelOf(member), member]))
      for (const label of this.#newcomers) if (!labelled.has(label)) this.#newcomers.delete(label)
      for (const label of labelled.keys()) if (!this.#known.has(label)) this.#newcomers.add(label)
      this.#known = labelled
    } catch (error) {
      if (this.#known.size === 0) throw error
    }
  }

  has(label: string): boolean {
    return this.#known.has(label)
  }

  get(label: string): Member | undefined {
    return this.#known.get(label)
  }

  all(): Iterable<Member> {
    return this.#known.values()
  }

  byRepository(): [RepositoryRef, Labelled[]][] {
    const groups = Map.groupBy([...this.#known], ([, { repository }]) => repositoryName(repository))
    return [...groups.values()].map((members) => [(members[0] as Labelled)[1].repository, members])
  }

  isNew(label: string): boolean {
    return this.#newcomers.has(label)
  }

  /** Is looked at now. */
  welcome(label: string): void {
    this.#newcomers.delete(label)
  }
}

function labelOf({ repository, target }: Member): string {
  return targetLabel(repositoryName(repository), target)
}
