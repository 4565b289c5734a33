import type { Tree } from './tree.ts'

export interface FoundRef {
  /** Full id of a commit. */
  readonly commit: string
  readonly kind: 'branch' | 'tag' | 'other'
}

/** A repository somewhere else, read one commit at a time. A commit that was fetched is kept, and needs no network any more. */
export interface RemoteRepository {
  /** What the server says a ref stands for now; the default branch without one. Undefined where there is none. */
  find(ref: string | undefined, signal?: AbortSignal): Promise<FoundRef | undefined>
  /** The files of a commit; undefined where the server has no such commit. */
  open(commit: string, signal?: AbortSignal): Promise<Tree | undefined>
  /** The commit is here already. */
  has(commit: string): Promise<boolean>
}

export interface RemoteRepositoryPlace {
  /** The bare repository; it is made when it is needed. */
  readonly directory: string
  /** https or http, without credentials. */
  readonly url: string
  /** The `Authorization` header's value, asked for before each call. */
  readonly authorization?: () => Promise<string | undefined>
}

export type OpenRemoteRepository = (place: RemoteRepositoryPlace) => RemoteRepository
