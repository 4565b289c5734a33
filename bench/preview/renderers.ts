import { join } from 'node:path'
import { ensureKustomize } from '../../sandbox/kustomize/ensure-kustomize.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'
import { ensureRenderer } from '../../src/adapters/kustomize/resident/ensure-renderer.ts'

export interface Renderers {
  readonly kustomize: string
  /** Environments that choose what builds: the resident renderer, or the kustomize binary alone. */
  readonly resident: Readonly<Record<string, string>>
  readonly binary: Readonly<Record<string, string>>
}

/** Everything that is made once and counted nowhere. */
export async function renderers(progress: (line: string) => void): Promise<Renderers> {
  const kustomize = await ensureKustomize({ cache: cacheDirectory(), progress })
  const compiled = { NODE_COMPILE_CACHE: join(cacheDirectory(), 'compiled') }
  const renderer = (await ensureRenderer({ say: progress })) ?? 'off'
  return {
    kustomize,
    resident: { ...compiled, KUSTOMIZE_BIN: kustomize, LOCKSTEP_RENDERER: renderer },
    binary: { ...compiled, KUSTOMIZE_BIN: kustomize, LOCKSTEP_RENDERER: 'off' },
  }
}
