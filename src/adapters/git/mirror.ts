import { randomUUID } from 'node:crypto'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Mirror } from '../../model/mirror.ts'
import { requireGit } from './git-version.ts'
import { createKept } from './kept-commits.ts'
import { withLockFile } from './lock-file.ts'
import { explainFetchError, parseRemote, type Remote, remoteConfig } from './remote.ts'
import { createRepositoryReader, type RepositoryReader } from './repository-reader.ts'
import { mirrorCandidates } from './resolve-revision.ts'
import { createGit } from './run-git.ts'

export interface MirrorOptions {
  /** The bare repository; its parent directories are made. */
  readonly directory: string
  /** `https:` or `http:`, without credentials. */
  readonly url: string
  /** The `Authorization` header's value, asked for before each fetch. */
  readonly access?: () => Promise<{ readonly authorization: string } | undefined>
  /** Lets `url` be a path or `file:` URL: for local use and tests. */
  readonly allowFile?: boolean
  /** One fetch, the first one included. */
  readonly fetchTimeoutMs?: number
}

export type GitMirror = Mirror & Pick<RepositoryReader, 'branches'>

const FETCH_TIMEOUT_MS = 300_000
const REFSPECS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', '+refs/pull/*/head:refs/pull/*/head']

/**
 * A bare mirror of a repository's branches, tags and pull-request heads. Made (and filled) when it is not there or damaged; safe to open
 * and fetch from several processes at once.
 */
export async function openMirror(options: MirrorOptions): Promise<GitMirror> {
  const { directory, fetchTimeoutMs = FETCH_TIMEOUT_MS } = options
  const remote = parseRemote(options.url, options.allowFile ?? false)
  await requireGit()
  await mkdir(dirname(directory), { recursive: true })
  let damaged = false
  const onDamage = () => {
    damaged = true
  }
  const git = createGit({ cwd: dirname(directory), gitDirectory: directory, onDamage })
  const locked = <T>(work: () => Promise<T>) => withLockFile(`${directory}.lock`, 2 * fetchTimeoutMs, work)

  const remake = async () => {
    await makeMirror(directory, (fresh) => fetchInto(fresh, remote, options.access, fetchTimeoutMs))
    damaged = false
  }
  const fetchOnce = () =>
    locked(async () => {
      if (damaged || !(await exists(directory))) return remake()
      try {
        await fetchInto(directory, remote, options.access, fetchTimeoutMs, onDamage)
      } catch (error) {
        if (!damaged) throw error
        await remake()
      }
    })

  if (!(await isBareRepository(directory))) {
    await locked(async () => {
      if (!(await isBareRepository(directory))) await remake()
    })
  }
  return { ...createRepositoryReader(git, mirrorCandidates), ...createKept(git), fetch: joinCalls(fetchOnce) }
}

async function fetchInto(
  directory: string,
  remote: Remote,
  access: MirrorOptions['access'],
  timeoutMs: number,
  onDamage?: () => void,
): Promise<void> {
  const git = createGit({ cwd: dirname(directory), gitDirectory: directory, ...(onDamage && { onDamage }) })
  const config = remoteConfig(remote, (await access?.())?.authorization)
  const flags = ['--quiet', '--prune', '--no-tags', '--no-write-fetch-head', '--end-of-options']
  try {
    await git.run(['fetch', ...flags, remote.url, ...REFSPECS], { config, timeoutMs })
  } catch (error) {
    throw explainFetchError(error, remote)
  }
}

/** Filled beside its place and moved there whole, so that nobody ever sees half a mirror. */
async function makeMirror(directory: string, fill: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${directory}.new-${randomUUID()}`
  const old = `${directory}.old-${randomUUID()}`
  try {
    await createGit({ cwd: dirname(directory) }).run(['init', '--quiet', '--bare', '--template=', '--', fresh])
    await fill(fresh)
    if (await exists(directory)) await rename(directory, old)
    await rename(fresh, directory)
  } finally {
    await rm(fresh, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
}

async function isBareRepository(directory: string): Promise<boolean> {
  if (!(await exists(directory))) return false
  const git = createGit({ cwd: dirname(directory), gitDirectory: directory })
  const { code, stdout } = await git.run(['rev-parse', '--is-bare-repository'], { codes: [0, 128] })
  return code === 0 && stdout.toString().trim() === 'true'
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Calls made while one runs share the next run: what they want to see may have come after it began. */
function joinCalls(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = (): Promise<void> => {
    const started: Promise<void> = run().finally(() => {
      if (current === started) current = undefined
    })
    current = started
    return started
  }
  return () => {
    if (!current) return start()
    next ??= current
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return start()
      })
    return next
  }
}
