// Gets kustomize, helm, the resident renderer and the control plane into the cache before the tests, so that no test waits for a build.

import { ensureControlPlane } from '../../sandbox/cluster/control-plane.ts'
import { ensureHelm } from '../../sandbox/helm/ensure-helm.ts'
import { ensureKustomize } from '../../sandbox/kustomize/ensure-kustomize.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'
import { ensureRenderer } from '../../src/adapters/kustomize/resident/ensure-renderer.ts'
import { LockstepError } from '../../src/model/errors.ts'

const parts = { cache: cacheDirectory(), progress: (line: string) => console.error(line) }

try {
  await ensureKustomize(parts)
  await ensureHelm(parts)
  await ensureRenderer({ say: parts.progress })
  await ensureControlPlane(parts)
} catch (error) {
  if (!(error instanceof LockstepError)) throw error
  console.error(error.message)
  process.exitCode = 4
}
