import { randomUUID } from 'node:crypto'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import { isObjectId } from '../../model/object-id.ts'
import type { FoundRef, RemoteRepository, RemoteRepositoryPlace } from '../../model/remote-repository.ts'
import { withLockFile } from './lock-file.ts'
import { parseRemote, remoteConfig } from './remote.ts'
import { explainRemoteFailure, isRedirect, isUnknownCommit } from './remote-failure.ts'
import { createRepositoryReader } from './repository-reader.ts'
import { createGit, GitFailure } from './run-git.ts'
import { packBytes, removeLeftovers, withSizeGuard } from './size-guard.ts'

export interface RemoteLimits {
  readonly askTimeoutMs: number
  readonly fetchTimeoutMs: number
  /** Of one fetch. */
  readonly maxBytes: number
}

const LIMITS: RemoteLimits = { askTimeoutMs: 30_000, fetchTimeoutMs: 120_000, maxBytes: 512 * 1024 ** 2 }

/** Fetches single commits without history into a bare repository. */
export function openRemoteRepository(
  options: RemoteRepositoryPlace & { readonly limits?: Partial<RemoteLimits> },
): RemoteRepository {
  const { directory } = options
  const limits = { ...LIMITS, ...options.limits }
  let damaged = false
  const onDamage = () => {
    damaged = true
  }
  const git = createGit({ cwd: dirname(directory), gitDirectory: directory, onDamage })
  const reader = createRepositoryReader(git, (commit) => (isObjectId(commit) ? [`${keptRef(commit)}^{commit}`] : []))
  const call = async (args: (url: string) => readonly string[], timeoutMs: number, signal?: AbortSignal) => {
    const authorization = await options.authorization?.()
    const ask = async (url: string) => {
      const config = { ...remoteConfig(parseRemote(url, false), authorization), ...WITHOUT_HOUSEKEEPING }
      return git.run(args(url), { config, timeoutMs, ...(signal && { signal }) })
    }
    return ask(options.url)
      .catch((error) => {
        if (!wantsSuffix(error, options.url)) throw error
        return ask(`${options.url}.git`)
      })
      .catch((error) => {
        throw isUnknownCommit(error) ? error : explainRemoteFailure(error, options.url, authorization !== undefined)
      })
  }
  const has = async (commit: string) => (await exists(directory)) && (await reader.resolve(commit)) !== undefined
  const fetch = async (commit: string, signal?: AbortSignal) => {
    const grown = (await packBytes(directory)) > KEPT_FETCHES * limits.maxBytes
    if (damaged || grown) await rm(directory, { recursive: true, force: true })
    damaged = false
    await makeRepository(directory)
    if (await has(commit)) return
    const guard = { maxBytes: limits.maxBytes, tooLarge: () => tooLarge(options, limits), ...(signal && { signal }) }
    try {
      await withSizeGuard(directory, guard, (stop) =>
        call((url) => [...FETCH, url, `+${commit}:${keptRef(commit)}`], limits.fetchTimeoutMs, stop),
      )
    } catch (error) {
      if (error instanceof LockstepError && error.code === 'REMOTE_TOO_LARGE') damaged = true
      await removeLeftovers(directory)
      throw error
    }
  }
  return {
    has,
    async find(ref, signal) {
      await makeRepository(directory)
      const names = candidates(ref)
      const args = (url: string) => [
        'ls-remote',
        '--quiet',
        '--',
        url,
        ...names.flatMap((name) => [name, `${name}^{}`]),
      ]
      const { stdout } = await call(args, limits.askTimeoutMs, signal)
      return choose(names, stdout.toString())
    },
    async open(commit, signal) {
      if (damaged || !(await has(commit))) {
        await mkdir(dirname(directory), { recursive: true })
        const lock = () => withLockFile(`${directory}.lock`, 2 * limits.fetchTimeoutMs, () => fetch(commit, signal))
        const known = await lock().then(
          () => true,
          (error) => {
            if (isUnknownCommit(error)) return false
            throw error
          },
        )
        if (!known || !(await has(commit))) return undefined
      }
      return reader.tree(commit)
    },
  }
}

/** What was fetched for good in the course of time may be this much more than one fetch; then it is begun anew. */
const KEPT_FETCHES = 2

const WITHOUT_HOUSEKEEPING = {
  'fetch.unpackLimit': '1',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'protocol.version': '2',
}
const FETCH = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--end-of-options']

/** A commit that was fetched whole: git writes the ref last. */
function keptRef(commit: string): string {
  return `refs/lockstep/${commit}`
}

/** In the order in which git looks for what `fetch` was asked for: kustomize leaves that to git. */
function candidates(ref: string | undefined): string[] {
  if (ref === undefined || ref === 'HEAD') return ['HEAD']
  return [...(ref.startsWith('refs/') ? [ref] : []), `refs/${ref}`, `refs/tags/${ref}`, `refs/heads/${ref}`]
}

/** Lines of `<id><tab><name>`; an annotated tag's `<name>^{}` is the commit. */
function choose(names: readonly string[], output: string): FoundRef | undefined {
  const ids = new Map(output.split('\n').map((line) => line.split('\t').toReversed() as [string, string]))
  for (const name of names) {
    const commit = ids.get(`${name}^{}`) ?? ids.get(name)
    if (commit === undefined || !isObjectId(commit)) continue
    const kind = name.startsWith('refs/tags/') ? 'tag' : /^(?:HEAD$|refs\/heads\/)/.test(name) ? 'branch' : 'other'
    return { commit, kind }
  }
  return undefined
}

/** Some servers know a repository only by its name with `.git`, and send on to that. */
function wantsSuffix(error: unknown, url: string): boolean {
  if (url.endsWith('.git') || !(error instanceof LockstepError) || !(error.cause instanceof GitFailure)) return false
  return isRedirect(error.cause.result.stderr)
}

async function makeRepository(directory: string): Promise<void> {
  if (await exists(join(directory, 'HEAD'))) return
  await mkdir(dirname(directory), { recursive: true })
  const fresh = `${directory}.new-${randomUUID()}`
  try {
    await createGit({ cwd: dirname(directory) }).run(['init', '--quiet', '--bare', '--template=', '--', fresh])
    await rename(fresh, directory).catch((error) => {
      if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

function tooLarge({ url }: RemoteRepositoryPlace, { maxBytes }: RemoteLimits): LockstepError {
  return new LockstepError({
    code: 'REMOTE_TOO_LARGE',
    message: `${url} is larger than the ${Math.round(maxBytes / 1024 ** 2)} MiB that are fetched of a remote base.`,
    remedy: 'Keep bases in a repository of their own.',
  })
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
