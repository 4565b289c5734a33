import { join } from 'node:path'
import { cacheDirectory } from '../adapters/kustomize/cache-directory.ts'
import { renderRoom, thisMachine } from '../adapters/kustomize/render-room.ts'
import { createKustomizeRenderer, type KustomizeRenderer } from '../adapters/kustomize/renderer.ts'
import { createEventualBuilder } from '../adapters/kustomize/resident/eventual-builder.ts'
import type { Invocation } from './command.ts'

const DISK_BYTES = 512 * 1024 ** 2

/** The renderer of a command: what any earlier command has rendered is found again in the cache directory, which may be emptied. */
export function openRenderer({ stderr }: Pick<Invocation, 'stderr'>): KustomizeRenderer {
  const { workers, limits } = renderRoom(thisMachine())
  return createKustomizeRenderer({
    workers,
    limits,
    resident: createEventualBuilder({ processes: workers, limits, say: (line) => stderr(`${line}\n`) }),
    cache: { disk: { directory: join(cacheDirectory(), 'renders'), maxBytes: DISK_BYTES } },
  })
}
