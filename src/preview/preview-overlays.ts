import { LockstepError, type Problem } from '../model/errors.ts'
import type { Manifest } from '../model/manifest.ts'
import { diffManifests, type ObjectChange } from '../model/manifest-diff.ts'
import { mapLimited } from '../model/map-limited.ts'
import { createMask, type Mask } from '../model/mask-secrets.ts'
import type { Render, Renderer, RenderOptions } from '../model/renderer.ts'
import { secretsWithin } from '../model/secret-values.ts'
import type { Overlay } from '../model/target.ts'
import type { Tree } from '../model/tree.ts'
import { settled, unstableLabels } from '../model/unstable-fields.ts'
import type { Resolution } from '../model/vendor.ts'
import { type AffectedOverlay, affectedOverlays, type Side } from './affected-overlays.ts'
import { maskChanges } from './mask-changes.ts'
import type { OverlayPreview } from './overlay-preview.ts'

/** How many builds run at once is the renderer's to say; this bounds what is in memory. */
const OVERLAYS_AT_ONCE = 8

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
  const wishes: RenderOptions = { signal, round: {} }
  let done = 0
  onProgress(done, affected.length)
  const compared = await mapLimited(affected, OVERLAYS_AT_ONCE, async (one): Promise<Compared> => {
    signal.throwIfAborted()
    const [before, after] = await Promise.all([
      one.inBase ? tryRender(renderer, base.tree, one, wishes) : NOTHING,
      one.inHead ? tryRender(renderer, head.tree, one, wishes) : NOTHING,
    ])
    onProgress(++done, affected.length)
    return compare(one.overlay, before, after)
  })
  const mask = maskOf(compared)
  return compared.map((one) => toPreview(one, mask))
}

type Attempt = { readonly render?: Render; readonly problems: readonly Problem[] }

/** What is left of an overlay's renders once they are compared: hundreds of them whole would fill the memory. */
interface Compared {
  readonly overlay: Overlay
  readonly problems: readonly Problem[]
  readonly baseProblems: readonly Problem[]
  readonly changes: readonly ObjectChange[]
  /** Objects of both sides that hold Secrets, changed or not. */
  readonly secrets: readonly Manifest[]
  readonly resolutions: readonly Resolution[]
  readonly unstable: readonly string[]
}

const NOTHING: Attempt = { problems: [] }

async function tryRender(
  renderer: Renderer,
  tree: Tree,
  { overlay }: AffectedOverlay,
  wishes: RenderOptions,
): Promise<Attempt> {
  try {
    return { render: await renderer.render(tree, overlay.path, wishes), problems: [] }
  } catch (error) {
    if (!(error instanceof LockstepError) || !isOverlays(error)) throw error
    return { problems: error.problems }
  }
}

/** A server of remote content that does not answer is the fault of the lines that name it; other overlays are shown all the same. */
function isOverlays({ kind, problems }: LockstepError): boolean {
  return kind !== 'unreachable' || problems.every(({ line }) => line !== undefined)
}

/** Objects are read only where the digests differ, but for those of one side: its Secrets have to be known. */
function compare(overlay: Overlay, before: Attempt, after: Attempt): Compared {
  const same = before.render !== undefined && before.render.digest === after.render?.digest
  const old = before.render?.manifests ?? []
  const now = same ? [] : (after.render?.manifests ?? [])
  const unstable = after.render?.unstable ?? []
  return {
    overlay,
    problems: after.problems,
    baseProblems: before.problems,
    changes:
      same || after.problems.length > 0
        ? []
        : diffManifests(settled(old, before.render?.unstable), settled(now, unstable)),
    secrets: [...old, ...now].filter(({ body }) => secretsWithin(body).length > 0),
    resolutions: after.render?.resolutions ?? [],
    unstable: unstable.length > 0 ? unstableLabels(after.render?.manifests ?? [], unstable) : [],
  }
}

/** Names that stand all over the answer are public; hiding them because some Secret holds the same word helps nobody. */
function maskOf(compared: readonly Compared[]): Mask {
  const names = compared.flatMap(({ overlay }) => [overlay.application, overlay.environment, overlay.cluster ?? ''])
  return createMask(
    compared.flatMap(({ secrets }) => secrets),
    names,
  )
}

function toPreview({ overlay, changes, resolutions, ...one }: Compared, mask: Mask): OverlayPreview {
  const unstable = one.unstable.map((label) => mask.text(label))
  const problems = one.problems.map((problem) => maskProblem(problem, mask))
  const baseProblems = one.baseProblems.map((problem) => maskProblem(problem, mask))
  if (problems.length > 0) return { overlay, status: 'error', problems, baseProblems, changes: [], resolutions: [] }
  const status = changes.length > 0 ? 'changed' : 'unchanged'
  const shown = { overlay, status, problems, baseProblems, changes: maskChanges(changes, mask), resolutions } as const
  return unstable.length > 0 ? { ...shown, unstable } : shown
}

/** kustomize quotes what it could not read. */
function maskProblem(problem: Problem, mask: Mask): Problem {
  const { object } = problem
  return { ...problem, message: mask.text(problem.message), ...(object !== undefined && { object: mask.text(object) }) }
}
