import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlPlaneBinaries } from '../../sandbox/cluster/control-plane.ts'
import { startCluster } from '../../sandbox/cluster/start.ts'
import { openCluster } from '../../src/adapters/kubernetes/open-cluster.ts'
import type { Cluster } from '../../src/model/cluster.ts'
import { RequestLog, requestLogFlags } from './request-log.ts'

/** Who sends; each has a kubeconfig context of that name and every right. */
const USERS = ['lockstep', 'flux', 'kubectl', 'foreign'] as const

export interface FreshCluster extends AsyncDisposable {
  /** Path of a file with a context for each of `USERS`. */
  readonly kubeconfig: string
  /** The bench's own connection, for what it does to objects and looks at. Not in the log. */
  readonly foreign: Cluster
  readonly log: RequestLog
}

/** A new etcd and API server. Controllers would compete for the cores; without them no Deployment gets healthy. */
export async function startFresh(binaries: ControlPlaneBinaries, controllers = false): Promise<FreshCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-bench-cluster-'))
  const local = await startCluster({
    binaries,
    directory,
    controllers,
    administrators: USERS,
    apiserverFlags: await requestLogFlags(directory),
    progress: () => {},
  })
  const { kubeconfig } = local
  const foreign = await openCluster({ name: 'bench', kubeconfig, context: 'foreign' })
  return {
    kubeconfig,
    foreign,
    log: new RequestLog(directory),
    async [Symbol.asyncDispose]() {
      await foreign.close()
      await local.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
