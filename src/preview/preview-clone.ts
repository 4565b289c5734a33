import { REPOSITORY_CONFIG_FILE } from '../config/load.ts'
import type { RepositoryConfig } from '../config/repository-config.ts'
import { LockstepError } from '../model/errors.ts'
import type { Mirror } from '../model/mirror.ts'
import type { Renderer } from '../model/renderer.ts'
import type { Overlay } from '../model/target.ts'
import type { Tree } from '../model/tree.ts'
import { changedPaths } from './affected-overlays.ts'
import { groupChanges } from './group-changes.ts'
import { bothSides, emptyReport, judged, stagesOf } from './inspect-trees.ts'
import { patchedTree } from './patched-tree.ts'
import { previewOverlays } from './preview-overlays.ts'
import type { PreviewReport } from './preview-report.ts'
import { configNotes, type LoadedConfig, tryLoad } from './rules.ts'

export const WORKING_TREE = 'working tree'

export interface CloneQuestion {
  /** Full commit ids. */
  readonly base: string
  readonly head: string
  /** The files as they are now, on top of `head`; absent to look at the commit alone. */
  readonly workTree?: Tree
  readonly signal: AbortSignal
  /** Called before the first overlay is rendered and after each. */
  readonly onProgress?: (done: number, total: number) => void
  /** Which overlays to look at, once both sides' are known; throws what it cannot accept. */
  readonly choose: (config: RepositoryConfig, overlays: readonly Overlay[]) => (overlay: Overlay) => boolean
}

/**
 * What a pull request of this head into this base would say, from a clone alone: no cluster and no gate of a promotion is asked.
 * Where the base has no configuration yet the head's is used, and a note says so. Throws when neither has one.
 */
export async function previewClone(
  ports: { readonly mirror: Mirror; readonly renderer: Renderer },
  question: CloneQuestion,
): Promise<PreviewReport> {
  const { mirror, renderer } = ports
  const empty = emptyReport(question.base, question.workTree ? WORKING_TREE : question.head, false)
  const [baseTree, merged] = await Promise.all([mirror.tree(question.base), mirror.merge(question.base, question.head)])
  if ('conflicts' in merged) return judged({ ...empty, conflicts: merged.conflicts })
  const headTree = await withWorkTree(mirror, merged.tree, question)
  const [rules, proposed] = await Promise.all([tryLoad(baseTree), tryLoad(headTree)])
  const config = rules.config ?? proposed.config
  if (!config) throw unconfigured(rules, proposed)
  const sides = await bothSides(config, baseTree, headTree)
  const chosen = question.choose(config, [...sides.base.overlays, ...sides.head.overlays])
  const { signal } = question
  const overlays = await previewOverlays(renderer, sides.base, sides.head, {
    signal,
    only: ({ overlay }) => chosen(overlay),
    ...(question.onProgress && { onProgress: question.onProgress }),
  })
  const notes = rules.config ? await configNotes(baseTree, headTree) : [NOT_YET]
  return judged({
    ...empty,
    stages: stagesOf(config),
    overlays,
    groups: groupChanges(overlays),
    notes,
    problems: proposed.problems,
  })
}

const NOT_YET = `The base has no usable ${REPOSITORY_CONFIG_FILE}; this is judged by the head's.`

/** What is not committed comes on top of the merge, so that what others merged meanwhile is not shown as undone. */
async function withWorkTree(mirror: Mirror, merged: Tree, { head, workTree }: CloneQuestion): Promise<Tree> {
  if (!workTree) return merged
  return patchedTree(merged, await changedPaths(await mirror.tree(head), workTree), workTree)
}

function unconfigured(rules: LoadedConfig, proposed: LoadedConfig): LockstepError {
  const problems = [...proposed.problems, ...(proposed.problems.length > 0 ? [] : rules.problems)]
  if (problems.length > 0) return new LockstepError(problems)
  return new LockstepError({
    code: 'CONFIG_MISSING',
    message: `Neither side has a ${REPOSITORY_CONFIG_FILE}.`,
    remedy: 'Write one; docs/reference/repository-config.md shows how.',
  })
}
