import type { PullRequest } from '../../model/github.ts'
import type { Commit } from '../../model/mirror.ts'
import { type FileChange, overlayTree, type Tree, type TreeEntry } from '../../model/tree.ts'
import { overlaysOf } from '../carry/overlays-of.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import { isAbout, MOST_COMMITS, mergesExactly, postedTrailers } from '../gates/posted-plan.ts'
import type { PromotionPorts } from '../ports.ts'
import type { PromotionBranch } from './branch-name.ts'
import { rendersAlike } from './renders-alike.ts'
import type { Snapshot } from './snapshot.ts'
import { parseTrailers } from './trailers.ts'

/** How a branch stands to the plan it should hold. */
export type BranchState =
  /** It is not there, or holds nothing that is not on the default branch: start from the tip. */
  | { readonly kind: 'new'; readonly head?: string }
  | { readonly kind: 'current'; readonly head: string }
  /** A commit with these changes on top brings it up to date. */
  | { readonly kind: 'behind'; readonly head: string; readonly changes: readonly FileChange[] }
  /** No changes on top can make it right: the default branch must be merged with them. */
  | { readonly kind: 'stuck'; readonly head: string }
  /** Somebody else committed on top. */
  | { readonly kind: 'edited'; readonly head: string }
  /** GitHub has a tip that cannot be fetched yet. */
  | { readonly kind: 'unknown' }

export async function readBranch(
  ports: PromotionPorts,
  snapshot: Snapshot,
  name: string,
  branch: PromotionBranch,
  plan: PromotionPlan,
): Promise<BranchState> {
  const { mirror, repository } = ports
  const head = await repository.branches.tip(name)
  if (!head) return { kind: 'new' }
  if (!(await mirror.resolve(head))) await mirror.fetch()
  if (!(await mirror.resolve(head))) return { kind: 'unknown' }
  if (await mirror.isAncestor(head, snapshot.tip)) return { kind: 'new', head }
  const posted = await postedTrailers(mirror, snapshot, head, branch)
  if (posted?.planHash === plan.planHash && (await mergesExactly(mirror, snapshot, head, plan)))
    return { kind: (await rendersAsReviewed(ports, snapshot, head, branch)) ? 'current' : 'stuck', head }
  if (!(await isOurs(ports, snapshot.tip, head, branch))) return { kind: 'edited', head }
  const changes = await changesOnTop({ mirror }, snapshot, head, plan)
  return changes ? { kind: 'behind', head, changes } : { kind: 'stuck', head }
}

/** False when the merge would render to something else than the head does, which is what people look at. */
async function rendersAsReviewed(
  { mirror, renderer }: PromotionPorts,
  { overlays, tip }: Snapshot,
  head: string,
  place: PromotionBranch,
): Promise<boolean> {
  const merged = await mirror.merge(tip, head)
  return (
    'tree' in merged && rendersAlike({ renderer }, overlaysOf(overlays, place), await mirror.tree(head), merged.tree)
  )
}

/**
 * The head is a commit that Lockstep wrote about this promotion, or what GitHub's "Update branch" makes of one. A commit that a person
 * amended says the same about itself; GitHub knows whose it is.
 */
async function isOurs(
  { mirror, repository }: Pick<PromotionPorts, 'mirror' | 'repository'>,
  tip: string,
  head: string,
  branch: PromotionBranch,
): Promise<boolean> {
  for (const { sha, message, parents } of await mirror.log(head, { limit: MOST_COMMITS })) {
    const trailers = parseTrailers(message)
    if (trailers) return isAbout(trailers, branch) && repository.branches.isOwn(sha)
    const [first, second, ...others] = parents
    if (!first || !second || others.length > 0 || !(await mirror.isAncestor(second, tip))) return false
    const merged = await mirror.merge(first, second)
    if ('conflicts' in merged || !sameEntries(await merged.tree.entries(), await entriesAt(mirror, sha))) return false
  }
  return false
}

/**
 * What a further commit must change so that merging the branch does exactly the plan: possible when the files concerned are on the
 * default branch as they were where the branch began.
 */
async function changesOnTop(
  { mirror }: Pick<PromotionPorts, 'mirror'>,
  { sources, tip }: Snapshot,
  head: string,
  plan: PromotionPlan,
): Promise<FileChange[] | undefined> {
  const log = await mirror.log(head, { limit: MOST_COMMITS })
  const fork = await baseOf(mirror, log, tip)
  if (!fork) return undefined
  const [began, there] = await Promise.all([entriesAt(mirror, fork), entriesAt(mirror, head)])
  const planned = overlayTree(sources.tree, plan.files)
  const wanted = await planned.entries()
  const touched = [...new Set([...there.keys(), ...began.keys()])].filter((path) => !sameEntry(there, began, path))
  const paths = [...new Set([...touched, ...plan.files.map(({ path }) => path)])].sort()
  if (paths.some((path) => !sameEntry(began, sources.entries, path))) return undefined
  const changed = paths.filter((path) => !sameEntry(there, wanted, path))
  return changed.length > 0 ? contentsOf(planned, changed) : undefined
}

/** The commit of the default branch that was merged last, or on which the branch began. */
async function baseOf(
  mirror: PromotionPorts['mirror'],
  log: readonly Commit[],
  tip: string,
): Promise<string | undefined> {
  for (const { sha, message, parents } of log) {
    const merged = parents[1]
    if (merged && (await mirror.isAncestor(merged, tip))) return merged
    if (!parseTrailers(message)) return sha
  }
  return undefined
}

async function contentsOf(tree: Tree, paths: readonly string[]): Promise<FileChange[]> {
  const contents = await tree.read(paths)
  return paths.map((path) => ({ path, content: contents.get(path)?.toString() ?? null }))
}

async function entriesAt(mirror: PromotionPorts['mirror'], commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
  return (await mirror.tree(commit)).entries()
}

type Entries = ReadonlyMap<string, TreeEntry>

function sameEntry(a: Entries, b: Entries, path: string): boolean {
  return a.get(path)?.id === b.get(path)?.id
}

function sameEntries(a: Entries, b: Entries): boolean {
  return a.size === b.size && [...a.keys()].every((path) => sameEntry(a, b, path))
}

/** The branch's pull request among the open ones. */
export function openPullOf(pulls: readonly PullRequest[], name: string, app: string): PullRequest | undefined {
  return pulls.find((pull) => pull.head.ref === name && !pull.head.fork && pull.author.login === app)
}
