import { ensureHelm } from '../../sandbox/helm/ensure-helm.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'

/** Building it takes three minutes, once a machine. */
export const HELM_SETUP_MS = 600_000

/** A real helm; got into the cache where this machine has none. */
export function helmForTests(): Promise<string> {
  return ensureHelm({ cache: cacheDirectory(), progress: (line) => process.stderr.write(`${line}\n`) })
}
