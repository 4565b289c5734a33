import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from '@jest/globals'
import { ensureControlPlane } from '../../sandbox/cluster/control-plane.ts'
import type { LocalCluster } from '../../sandbox/cluster/local-cluster.ts'
import { type StartOptions, startCluster } from '../../sandbox/cluster/start.ts'
import type { KubernetesCluster } from '../../src/adapters/kubernetes/kubernetes-cluster.ts'
import { type ClusterAccess, openCluster } from '../../src/adapters/kubernetes/open-cluster.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'
import type { Cluster } from '../../src/model/cluster.ts'

export interface TestControlPlane {
  /** The running control plane; only inside tests and later hooks. */
  readonly local: LocalCluster
  /** The adapter as `admin`. */
  readonly cluster: Cluster
  /** Another adapter onto it, closed by itself at the end of the file. */
  open(access?: Partial<ClusterAccess>): Promise<KubernetesCluster>
}

const FIRST_BUILD_MS = 20 * 60_000

/**
 * A real Kubernetes API server for the tests of one file, started before the first and removed after the last: about two seconds.
 * `controllers: true` adds the controllers, the scheduler and a node, for tests that need Pods.
 */
export function useControlPlane(
  options: Pick<StartOptions, 'controllers' | 'administrators' | 'users'> = {},
): TestControlPlane {
  let local: LocalCluster | undefined
  let cluster: Cluster | undefined
  let directory = ''
  const opened: Cluster[] = []
  const open = async (access: Partial<ClusterAccess> = {}) => {
    const next = await openCluster({ name: 'test', kubeconfig: required(local).kubeconfig, ...access })
    opened.push(next)
    return next
  }
  beforeAll(async () => {
    const progress = (line: string) => process.stderr.write(`${line}\n`)
    const binaries = await ensureControlPlane({ cache: cacheDirectory(), progress })
    directory = await mkdtemp(join(tmpdir(), 'lockstep-cluster-'))
    local = await startCluster({ controllers: false, ...options, binaries, directory, progress: () => {} })
    cluster = await open()
  }, FIRST_BUILD_MS)
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()))
    await local?.stop()
    await rm(directory, { recursive: true, force: true })
  })
  return {
    get local() {
      return required(local)
    },
    get cluster() {
      return required(cluster)
    },
    open,
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the control plane runs only while tests do')
  return value
}
