import { realpath, stat } from 'node:fs/promises'
import { LockstepError } from '../../model/errors.ts'
import type { Tree } from '../../model/tree.ts'
import { requireGit } from './git-version.ts'
import type { GitMirror } from './mirror.ts'
import { createRepositoryReader } from './repository-reader.ts'
import { cloneCandidates } from './resolve-revision.ts'
import { createGit } from './run-git.ts'
import { readWorkTree } from './work-tree.ts'

/** A person's own clone. */
export interface LocalRepository {
  /** Where its files are. */
  readonly root: string
  /** Reads its commits; also understands HEAD, tags, `origin/…`, short ids and `~2`. Writes nothing: the clone is the person's. */
  readonly mirror: GitMirror
  /** Its files as they are now, with what is not committed. */
  workTree(): Promise<Tree>
}

/** Finds the clone that `directory` is in. Refuses with GIT_NOT_A_REPOSITORY, GIT_MISSING or GIT_TOO_OLD. */
export async function openLocalRepository(directory: string): Promise<LocalRepository> {
  if (!(await isDirectory(directory))) throw notARepository(directory, 'There is no such directory.')
  const located = locate(directory)
  // Answers of a git that is too old are told by its age alone.
  located.catch(() => undefined)
  await requireGit()
  const { gitDirectory, workTree } = await located
  const root = workTree ?? gitDirectory
  const git = createGit({ cwd: root, gitDirectory, ...(workTree !== undefined && { workTree }) })
  return {
    root,
    mirror: {
      ...createRepositoryReader(git, cloneCandidates),
      fetch: async () => undefined,
      kept: async () => undefined,
      keep: async () => undefined,
    },
    workTree: async () => {
      if (workTree === undefined) throw noWorkTree(root)
      return readWorkTree(git, root)
    },
  }
}

/** Without a work tree the repository is bare. */
async function locate(directory: string): Promise<{ gitDirectory: string; workTree?: string }> {
  const args = ['rev-parse', '--absolute-git-dir', '--is-bare-repository', '--show-toplevel']
  const { code, stdout } = await createGit({ cwd: directory }).run(args, { codes: [0, 128] })
  const [gitDirectory = '', bare, ...rest] = stdout.toString().split('\n')
  if (code === 0) return { gitDirectory, workTree: await realpath(rest.slice(0, -1).join('\n')) }
  if (bare === 'true') return { gitDirectory }
  if (gitDirectory !== '') throw notARepository(directory, `It lies inside ${gitDirectory}.`)
  throw notARepository(directory, 'Neither it nor a directory above it is a git repository.')
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ?? false
}

function notARepository(directory: string, reason: string): LockstepError {
  const problem = {
    code: 'GIT_NOT_A_REPOSITORY',
    message: `${directory} is not in a git repository. ${reason}`,
    remedy: 'Run this inside a clone, or name one with --repo DIR.',
  }
  return new LockstepError(problem, { kind: 'usage' })
}

function noWorkTree(root: string): LockstepError {
  return new LockstepError({
    code: 'GIT_NO_WORK_TREE',
    message: `${root} is a bare repository, so it has no files of its own.`,
    remedy: 'Name a commit, or use a clone with a work tree.',
  })
}
