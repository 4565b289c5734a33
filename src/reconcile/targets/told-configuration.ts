import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError, type Problem } from '../../model/errors.ts'
import { once } from '../../model/once.ts'
import type { ConfigurationFault } from '../../model/target-status.ts'
import type { Tree } from '../../model/tree.ts'
import { configIn } from '../desired/target-render.ts'
import type { Source } from '../ports.ts'

/** What the default branch says: its newest commit, or the last one before it whose configuration can be read. */
export interface Told {
  readonly revision: string
  readonly tree: Tree
  readonly config: RepositoryConfig
  /** The newest commit's configuration cannot be read. */
  readonly fault?: ConfigurationFault
}

interface Reading {
  readonly told?: Told
  readonly fault?: ConfigurationFault
}

/** undefined where the newest commit has no configuration. Throws its problems where no commit lately has one that can be read. */
export async function toldConfiguration(source: Source): Promise<Told | undefined> {
  const { told, fault } = await read(source)
  if (fault && !told) throw new LockstepError(fault.problems)
  return told
}

/** Why the newest commit's configuration cannot be read, and since when. */
export async function configurationFault(source: Source): Promise<ConfigurationFault | undefined> {
  return (await read(source)).fault
}

async function read(source: Source): Promise<Reading> {
  const tip = await source.newest()
  const found = await configOrProblems(tip.tree)
  if (isFaulty(found)) return lookedBack(source, tip, found)
  return found ? { told: { ...tip, config: found } } : {}
}

const known = new WeakMap<Tree, Map<string, Promise<Reading>>>()

/** Once for a commit: a thousand targets ask. */
function lookedBack(source: Source, { revision, tree }: Omit<Told, 'config'>, problems: readonly Problem[]) {
  const ofTree = known.get(tree) ?? new Map<string, Promise<Reading>>()
  known.set(tree, ofTree)
  return once(ofTree, revision, () => lookBack(source, problems))
}

async function lookBack(source: Source, problems: readonly Problem[]): Promise<Reading> {
  let fault: ConfigurationFault = { problems }
  for (const { revision, committedAt } of (await source.history?.()) ?? []) {
    const tree = await source.tree(revision)
    const found = tree && (await configOrProblems(tree))
    if (!tree || !found) break
    if (!isFaulty(found)) return { told: { revision, tree, config: found, fault }, fault }
    fault = { problems, since: committedAt }
  }
  return { fault }
}

async function configOrProblems(tree: Tree): Promise<RepositoryConfig | readonly Problem[] | undefined> {
  try {
    return await configIn(tree)
  } catch (error) {
    if (error instanceof LockstepError && error.kind === 'refused') return error.problems
    throw error
  }
}

function isFaulty(found: RepositoryConfig | readonly Problem[] | undefined): found is readonly Problem[] {
  return Array.isArray(found)
}
