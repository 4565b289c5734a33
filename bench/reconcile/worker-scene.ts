import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FreshCluster, startFresh } from './fresh-cluster.ts'
import { namespaces } from './load.ts'
import { OverlayRepository } from './overlays.ts'
import type { BenchPrograms } from './programs.ts'
import { Worker } from './worker.ts'
import type { DriftSeen } from './worker-process.ts'

/** A worker that follows a cluster and a repository, both made for it. */
export interface WorkerScene extends AsyncDisposable {
  readonly cluster: FreshCluster
  readonly repository: OverlayRepository
  readonly worker: Worker
}

export interface SceneOptions {
  readonly programs: BenchPrograms
  /** An empty folder. */
  readonly directory: string
  readonly onDrift?: (seen: DriftSeen) => void
}

/** The namespaces are there already: the overlays are of applications alone. */
export async function openScene({ programs, directory, onDrift }: SceneOptions): Promise<WorkerScene> {
  const stack = new AsyncDisposableStack()
  try {
    const cluster = stack.use(await startFresh(programs.controlPlane, true))
    for (const body of namespaces()) await cluster.foreign.create(body, { fieldManager: 'bench' })
    const repository = await OverlayRepository.make(join(directory, 'repository'))
    const data = join(directory, 'data')
    await mkdir(data, { recursive: true })
    const worker = stack.use(
      await Worker.start({
        kubeconfig: cluster.kubeconfig,
        repository: repository.directory,
        data,
        ...(onDrift && { onDrift }),
      }),
    )
    const disposal = stack.move()
    return { cluster, repository, worker, [Symbol.asyncDispose]: () => disposal.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}
