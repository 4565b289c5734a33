import { join } from 'node:path'
import { cacheDirectory } from '../adapters/kustomize/cache-directory.ts'
import { createKustomizeRenderer, type KustomizeRenderer } from '../adapters/kustomize/renderer.ts'

const DISK_BYTES = 512 * 1024 ** 2

/** The renderer of a command: what any earlier command has rendered is found again in the cache directory, which may be emptied. */
export function openRenderer(): KustomizeRenderer {
  return createKustomizeRenderer({
    cache: { disk: { directory: join(cacheDirectory(), 'renders'), maxBytes: DISK_BYTES } },
  })
}
