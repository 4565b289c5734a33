import { resolve } from 'node:path'
import { type LocalRepository, openLocalRepository } from '../adapters/git/local-repository.ts'
import { findOverlays } from '../config/layout.ts'
import { loadRepositoryConfig, REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import type { RepositoryConfig } from '../config/repository-config.ts'
import { LockstepError } from '../model/errors.ts'
import type { Overlay } from '../model/target.ts'
import type { Tree } from '../model/tree.ts'
import type { Invocation } from './command.ts'

/** A clone at one moment: its files, its configuration and its overlays. */
export interface OpenRepository {
  readonly local: LocalRepository
  readonly tree: Tree
  /** Full commit id; absent for the work tree. */
  readonly revision?: string
  readonly config: RepositoryConfig
  readonly overlays: readonly Overlay[]
}

/** The clone that `--repo` names (default: where the command runs), at `--ref` or as its files are now. */
export async function openRepository({ options, cwd }: Pick<Invocation, 'options' | 'cwd'>): Promise<OpenRepository> {
  const local = await openLocalRepository(resolve(cwd, (options.repo as string | undefined) ?? '.'))
  const ref = options.ref as string | undefined
  const revision = ref === undefined ? undefined : await resolveRevision(local, ref)
  const tree = revision === undefined ? await local.workTree() : await local.mirror.tree(revision)
  const config = await loadRepositoryConfig(tree)
  if (!config) throw unconfigured(local.root)
  return { local, tree, ...(revision && { revision }), config, overlays: await findOverlays(config, tree) }
}

/** Full commit id of what a person calls a commit. Throws REVISION_UNKNOWN. */
export async function resolveRevision(local: LocalRepository, ref: string): Promise<string> {
  const sha = await local.mirror.resolve(ref)
  if (sha) return sha
  const message = `${local.root} has no commit, branch or tag "${ref}".`
  throw new LockstepError(
    { code: 'REVISION_UNKNOWN', message, remedy: 'Fetch it, or correct the name.' },
    { kind: 'usage' },
  )
}

function unconfigured(root: string): LockstepError {
  return new LockstepError({
    code: 'CONFIG_MISSING',
    message: `${root} has no ${REPOSITORY_CONFIG_FILE}.`,
    remedy: 'Write one; docs/reference/repository-config.md shows how.',
  })
}

/** For the options of every command that opens a clone. */
export const REPOSITORY_OPTION = {
  repo: { type: 'string', value: 'DIR', description: 'the clone', default: '.' },
} as const
