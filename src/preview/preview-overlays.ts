import { LockstepError, type Problem } from '../model/errors.ts'
import { diffManifests } from '../model/manifest-diff.ts'
import { mapLimited } from '../model/map-limited.ts'
import { createMask, type Mask } from '../model/mask-secrets.ts'
import type { Render, Renderer } from '../model/renderer.ts'
import type { Tree } from '../model/tree.ts'
import { type AffectedOverlay, affectedOverlays, type Side } from './affected-overlays.ts'
import { maskChanges } from './mask-changes.ts'
import type { OverlayPreview } from './overlay-preview.ts'

const RENDERS_AT_ONCE = 2

export interface PreviewOptions {
  readonly signal: AbortSignal
  /** Which of the affected overlays to look at; all by default. */
  readonly only?: (affected: AffectedOverlay) => boolean
  /** Called before the first overlay and after each. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Renders what is affected on both sides and compares it. An overlay that does not render is reported and hides no
 * other; what is no LockstepError is thrown. Secrets of all renders together are masked in each.
 */
export async function previewOverlays(
  renderer: Renderer,
  base: Side,
  head: Side,
  { signal, only = () => true, onProgress = () => undefined }: PreviewOptions,
): Promise<OverlayPreview[]> {
  const affected = (await affectedOverlays(base, head)).filter(only)
  let done = 0
  onProgress(done, affected.length)
  const pairs = await mapLimited(affected, RENDERS_AT_ONCE, async (one): Promise<RenderedPair> => {
    signal.throwIfAborted()
    const before = one.inBase ? await tryRender(renderer, base.tree, one, signal) : NOTHING
    const after = one.inHead ? await tryRender(renderer, head.tree, one, signal) : NOTHING
    onProgress(++done, affected.length)
    return { ...one, before, after }
  })
  const mask = maskOf(pairs)
  return pairs.map((pair) => toPreview(pair, mask))
}

type Attempt = { readonly render?: Render; readonly problems: readonly Problem[] }
type RenderedPair = AffectedOverlay & { readonly before: Attempt; readonly after: Attempt }

const NOTHING: Attempt = { problems: [] }

async function tryRender(
  renderer: Renderer,
  tree: Tree,
  { overlay }: AffectedOverlay,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    return { render: await renderer.render(tree, overlay.path, { signal }), problems: [] }
  } catch (error) {
    if (!(error instanceof LockstepError) || error.kind === 'unreachable') throw error
    return { problems: error.problems }
  }
}

/** Names that stand all over the answer are public; hiding them because some Secret holds the same word helps nobody. */
function maskOf(pairs: readonly RenderedPair[]): Mask {
  const manifests = pairs.flatMap(({ before, after }) => [
    ...(before.render?.manifests ?? []),
    ...(after.render?.manifests ?? []),
  ])
  const names = pairs.flatMap(({ overlay }) => [overlay.application, overlay.environment, overlay.cluster ?? ''])
  return createMask(manifests, names)
}

function toPreview(pair: RenderedPair, mask: Mask): OverlayPreview {
  const { overlay, before, after } = pair
  const baseProblems = before.problems.map((problem) => maskProblem(problem, mask))
  if (after.problems.length > 0) {
    const problems = after.problems.map((problem) => maskProblem(problem, mask))
    return { overlay, status: 'error', problems, baseProblems, changes: [], resolutions: [] }
  }
  const same = before.render !== undefined && before.render.digest === after.render?.digest
  const changes = same ? [] : diffManifests(before.render?.manifests ?? [], after.render?.manifests ?? [])
  const status = changes.length > 0 ? 'changed' : 'unchanged'
  const resolutions = after.render?.resolutions ?? []
  return { overlay, status, problems: [], baseProblems, changes: maskChanges(changes, mask), resolutions }
}

/** kustomize quotes what it could not read. */
function maskProblem(problem: Problem, mask: Mask): Problem {
  const { object } = problem
  return { ...problem, message: mask.text(problem.message), ...(object !== undefined && { object: mask.text(object) }) }
}
