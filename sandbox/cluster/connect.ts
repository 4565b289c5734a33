import { resolve } from 'node:path'
import { readContexts } from '../../src/adapters/kubernetes/kubeconfig.ts'
import { openCluster } from '../../src/adapters/kubernetes/open-cluster.ts'
import type { LocalCluster } from './local-cluster.ts'

/**
 * The user's own cluster in place of a local one: nothing is started, and `stop` leaves it alone. Throws a LockstepError when it cannot be
 * reached. Login commands are allowed: the user named this kubeconfig on the command line.
 */
export async function connectCluster(options: { kubeconfig: string; context?: string }): Promise<LocalCluster> {
  const kubeconfig = resolve(options.kubeconfig)
  const { current, names, server } = await readContexts({ name: 'own', allowExec: true, ...options, kubeconfig })
  const cluster = await openCluster({
    name: 'own',
    allowExec: true,
    commandEnvironment: process.env,
    kubeconfig,
    context: current,
  })
  try {
    await cluster.serverVersion()
  } finally {
    await cluster.close()
  }
  return {
    kubeconfig,
    context: current,
    server,
    as: (user) => names.find((name) => name === user),
    stop: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}
