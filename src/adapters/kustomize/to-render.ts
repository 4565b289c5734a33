import { LockstepError } from '../../model/errors.ts'
import { parseManifests, renderDigest } from '../../model/parse-manifests.ts'
import { overlayPlace } from './overlay-place.ts'
import type { RenderContent } from './render-cache/packed-render.ts'

/** What kustomize printed for an overlay, read. Refuses with the MANIFEST_… problems of what no server would take. */
export function toRender(text: string, overlay: string, inputs: readonly string[] = []): RenderContent {
  try {
    const manifests = parseManifests(text)
    return { text, manifests, digest: renderDigest(manifests) }
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error
    throw new LockstepError(error.problems.map((problem) => ({ ...overlayPlace(overlay, inputs), ...problem })))
  }
}
