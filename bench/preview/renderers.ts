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
  const renderer = (await ensureRenderer({ say: progress })) ?? 'off'
  return {
    kustomize,
    resident: { KUSTOMIZE_BIN: kustomize, LOCKSTEP_RENDERER: renderer },
    binary: { KUSTOMIZE_BIN: kustomize, LOCKSTEP_RENDERER: 'off' },
  }
}
