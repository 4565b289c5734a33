import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { Installation } from './installation.ts'
import type { Priority } from './outbox.ts'

/** What every resource of a repository is built on. */
export interface Room {
  readonly installation: Installation
  readonly ref: RepositoryRef
  /** The parameters of each REST route below `/repos/{owner}/{repo}`. */
  readonly at: { readonly owner: string; readonly repo: string }
  /** `acme/shop`, for messages and surfaces. */
  readonly name: string
}

export function createRoom(installation: Installation, ref: RepositoryRef): Room {
  return { installation, ref, at: { owner: ref.owner, repo: ref.name }, name: repositoryName(ref) }
}

/** An outbox letter for one thing of this repository. */
export function letterTo(room: Room, thing: string, priority: Priority, creates = true) {
  return { surface: `${room.name} ${thing}`, priority, creates }
}

/** A branch's name in `ownWrites`. */
export function branchThing(room: Room, branch: string): string {
  return `${room.name} branch ${branch}`
}
