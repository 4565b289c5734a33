import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Cluster as KubeCluster, KubeConfig } from '@kubernetes/client-node'
import { isMap, parseDocument } from 'yaml'
import { invalid } from './kubeconfig-problems.ts'
import type { KubeconfigSource } from './kubeconfig-source.ts'

/** The kubeconfig as the library reads it, its context chosen. Throws KUBECONFIG_INVALID. */
export async function loadKubeconfig(source: KubeconfigSource): Promise<KubeConfig> {
  // Imported late: it takes a third of a second, and most commands need no cluster.
  const { KubeConfig: Config } = await import('@kubernetes/client-node')
  const config = new Config()
  if (source.kubeconfig === undefined) {
    if (!process.env.KUBERNETES_SERVICE_HOST) throw invalid(source, 'is not given, and Lockstep does not run in a Pod.')
    config.loadFromCluster()
    return config
  }
  const path = resolve(source.kubeconfig)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw invalid(source, `cannot be read (${error.code}).`)
  })
  parse(config, text, source)
  config.makePathsAbsolute(dirname(path))
  if (source.context !== undefined) config.setCurrentContext(source.context)
  useTokenFile(config, text, dirname(path))
  return config
}

/** The library's own messages may quote the file, so none is passed on. */
function parse(config: KubeConfig, text: string, source: KubeconfigSource): void {
  const document = parseDocument(text)
  const line = document.errors[0]?.linePos?.[0].line
  if (document.errors.length > 0 || !isMap(document.contents))
    throw invalid(source, 'is not a kubeconfig: not a YAML mapping.', line)
  try {
    config.loadFromString(text)
  } catch {
    throw invalid(
      source,
      'is not a kubeconfig: an entry lacks its name, cluster or server, or a file it names is missing.',
    )
  }
}

/** kubectl's `tokenFile`, which the library does not know; read again when it is a minute old. */
function useTokenFile(config: KubeConfig, text: string, directory: string): void {
  const user = config.getCurrentUser()
  const entries = (parseDocument(text).toJS() as { users?: { name?: string; user?: { tokenFile?: string } }[] }).users
  const tokenFile = entries?.find((entry) => entry.name === user?.name)?.user?.tokenFile
  if (!user || !tokenFile || user.token) return
  const mutable = user as { authProvider?: unknown }
  mutable.authProvider = { name: 'tokenFile', config: { tokenFile: resolve(directory, tokenFile) } }
}

/** The cluster of the chosen context. Throws KUBECONFIG_INVALID where it has none with a web address, or no user. */
export function requireCluster(config: KubeConfig, source: KubeconfigSource): KubeCluster {
  const cluster = config.getCurrentCluster()
  if (!cluster || !config.getCurrentUser()) throw invalid(source, contextMessage(config, source))
  if (/^https?:\/\//.test(cluster.server) && URL.canParse(cluster.server)) return cluster
  throw invalid(source, `has no http or https address for cluster ${cluster.name}.`)
}

function contextMessage(config: KubeConfig, source: KubeconfigSource): string {
  const names = config.getContexts().map(({ name }) => name)
  const wanted = source.context ?? config.getCurrentContext()
  if (!wanted) return `has no current-context; it has ${names.join(', ') || 'no context'}.`
  if (!names.includes(wanted)) return `has no context ${wanted}; it has ${names.join(', ') || 'none'}.`
  return `names no known cluster or user in context ${wanted}.`
}
