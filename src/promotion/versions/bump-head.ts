import { findOverlays } from '../../config/layout.ts'
import { LockstepError } from '../../model/errors.ts'
import { overlayTree, type Tree } from '../../model/tree.ts'
import { readSources } from '../carry/kustomization-sources.ts'
import { type BumpTrailers, parseBumpTrailers } from './bump-branch.ts'
import { planBump } from './bump-plan.ts'
import type { BumpCommit, BumpPorts } from './bump-ports.ts'

/** The tip of a branch with new versions. */
export interface BumpHead {
  readonly sha: string
  readonly tree: Tree
  /** What it proposes, and on what. Absent where somebody else has changed anything since Lockstep's last commit. */
  readonly said?: BumpTrailers
}

export interface BumpSubject {
  readonly application: string
  readonly environment: string
  /** Of the default branch. */
  readonly tip: string
}

export async function readBumpHead(ports: BumpPorts, sha: string, subject: BumpSubject): Promise<BumpHead> {
  const commit = await ports.open(sha)
  const said = await claimOf(ports, commit, subject)
  const isOwn = said && (await isMadeOf(ports, commit.tree, said, subject))
  return { sha, tree: commit.tree, ...(isOwn && { said }) }
}

/** What a commit says about itself; one that GitHub's "Update branch" made says what its first parent does, on what was merged. */
async function claimOf(ports: BumpPorts, commit: BumpCommit, { tip }: BumpSubject): Promise<BumpTrailers | undefined> {
  const said = parseBumpTrailers(commit.message)
  const [first, merged, ...others] = commit.parents
  if (said || first === undefined || merged === undefined || others.length > 0) return said
  if (!(await ports.isBefore(merged, tip))) return undefined
  const before = parseBumpTrailers((await ports.open(first)).message)
  return before && { ...before, base: merged }
}

/**
 * Whether a tree is what Lockstep makes of these versions. A message proves nothing: whoever amends a commit keeps it, and edits a person's
 * way; those are never overwritten.
 */
async function isMadeOf(
  { open, loadConfig }: BumpPorts,
  tree: Tree,
  { base, versions }: BumpTrailers,
  { application, environment }: BumpSubject,
): Promise<boolean> {
  try {
    const began = (await open(base)).tree
    const config = await loadConfig(began)
    if (!config) return false
    const sources = await readSources(began, await findOverlays(config, began))
    const { files } = await planBump(sources, { application, environment, versions, allowDowngrade: true })
    return await isSameTree(tree, overlayTree(began, files))
  } catch (error) {
    // A base that is gone, or one that these versions could not be planned on.
    if (error instanceof LockstepError && error.kind !== 'unreachable') return false
    throw error
  }
}

async function isSameTree(one: Tree, other: Tree): Promise<boolean> {
  const [there, made] = await Promise.all([one.entries(), other.entries()])
  if (there.size !== made.size) return false
  return [...there].every(([path, { id, mode }]) => made.get(path)?.id === id && made.get(path)?.mode === mode)
}
