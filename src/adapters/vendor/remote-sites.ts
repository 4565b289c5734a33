import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { allowedBase, type RemoteBase } from '../../config/remote-sources.ts'
import { LockstepError } from '../../model/errors.ts'
import type { RemoteReference } from '../../model/kustomization/remote-reference.ts'
import type { OpenRemoteRepository } from '../../model/remote-repository.ts'
import type { RenderOptions } from '../../model/render-options.ts'
import type { Tree } from '../../model/tree.ts'
import { RefRecord } from './ref-record.ts'
import type { RefResolver, RemoteSource, ResolvedRef } from './resolve-ref.ts'
import { SharedWork } from './shared-work.ts'

export interface RemoteSitesOptions {
  readonly allowed: readonly RemoteBase[]
  /** Where fetched repositories and what refs stood for are kept. */
  readonly directory: string
  /** The `Authorization` header for an entry of the list; none by default. */
  readonly authorization?: (base: RemoteBase, repository: string) => Promise<string | undefined>
  readonly resolver: RefResolver
  readonly openRepository: OpenRemoteRepository
}

/** A remote repository at the commit that a reference stands for. */
export interface RemoteSite extends ResolvedRef {
  readonly tree: Tree
}

/** More files than this in one repository are not looked through. */
const MAX_FILES = 200_000

/** Opens what the operator's list allows, each repository once. */
export class RemoteSites {
  readonly #options: RemoteSitesOptions
  readonly #sources = new Map<string, RemoteSource>()
  readonly #opening = new SharedWork<Tree | undefined>()

  constructor(options: RemoteSitesOptions) {
    this.#options = options
  }

  /** Refuses with the reference's own refusal where the list does not allow it. Problems are without a place. */
  async open({ address, refusal }: RemoteReference, wishes: RenderOptions): Promise<RemoteSite> {
    const base = allowedBase(this.#options.allowed, address.repository)
    if (!base) throw new LockstepError(refusal)
    const source = this.#sourceOf(address.repository, address.url, base)
    const resolved = await this.#options.resolver.resolve(source, address.ref, wishes)
    const key = `${source.name} ${resolved.commit}`
    const open = (stop: AbortSignal) => source.repository.open(resolved.commit, stop)
    const tree = await this.#opening.run(key, open, wishes.signal)
    if (!tree) throw unknownCommit(source.name, resolved.commit)
    await refuseUnsafe(source.name, tree)
    return { ...resolved, tree }
  }

  #sourceOf(name: string, url: string, base: RemoteBase): RemoteSource {
    const known = this.#sources.get(url)
    if (known) return known
    const { openRepository, authorization } = this.#options
    const directory = join(this.#options.directory, directoryName(name))
    const repository = openRepository({
      directory: `${directory}.git`,
      url,
      ...(authorization && { authorization: () => authorization(base, name) }),
    })
    const source = { name, repository, record: new RefRecord(`${directory}.refs`) }
    this.#sources.set(url, source)
    return source
  }
}

/** A name to recognise it by, and a hash that no other repository shares. */
function directoryName(repository: string): string {
  const hash = createHash('sha256').update(repository).digest('hex').slice(0, 24)
  return `${repository.split('/').at(-1)}-${hash}`
}

const safe = new WeakSet<Tree>()

/** Servers other than GitHub may hand out trees that no git client would make. */
async function refuseUnsafe(name: string, tree: Tree): Promise<void> {
  if (safe.has(tree)) return
  const entries = await tree.entries()
  if (entries.size > MAX_FILES) throw tooManyFiles(name)
  for (const path of entries.keys()) {
    const parents = path.split('/').slice(0, -1)
    const isBelowFile = parents.some((_, depth) => entries.has(parents.slice(0, depth + 1).join('/')))
    if (isBelowFile || path.includes('\0') || !SAFE_PATH.test(path)) throw unsafe(name, path)
  }
  safe.add(tree)
}

/** No empty part, `.`, `..` or `.git`, and nothing that another system reads as a separator. */
const SAFE_PATH = /^(?!(?:.*\/)?(?:\.{0,2}|\.git)(?:\/|$))[^\\]+$/is

function unsafe(name: string, path: string): LockstepError {
  return new LockstepError({
    code: 'REMOTE_UNSAFE',
    message: `${name} holds the path ${JSON.stringify(path)}, which no repository should.`,
    remedy: 'Do not build on it.',
  })
}

function tooManyFiles(name: string): LockstepError {
  return new LockstepError({
    code: 'REMOTE_TOO_LARGE',
    message: `${name} has more than ${MAX_FILES} files.`,
    remedy: 'Keep bases in a repository of their own.',
  })
}

function unknownCommit(name: string, commit: string): LockstepError {
  return new LockstepError({
    code: 'REMOTE_REF_UNKNOWN',
    message: `${name} has no commit ${commit}, or does not give it away by its id.`,
    remedy: 'Correct the id; a commit that no branch or tag holds may have been removed.',
  })
}
