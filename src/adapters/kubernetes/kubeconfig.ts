import type { RequestOptions } from 'node:https'
import { resolve } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Credentials } from './credentials.ts'
import { takeCommandLogin } from './kubeconfig-command.ts'
import { invalid } from './kubeconfig-problems.ts'
import type { KubeconfigSource } from './kubeconfig-source.ts'
import { loadKubeconfig, requireCluster } from './load-kubeconfig.ts'
import { readPlainKubeconfig, readPodLogin } from './plain-kubeconfig.ts'

/** Reads everything again: called at the start and whenever the cluster no longer accepts the login. Throws KUBECONFIG_… problems. */
export async function readKubeconfig(source: KubeconfigSource): Promise<Credentials> {
  return (await readPlainLogin(source)) ?? readByLibrary(source)
}

function readPlainLogin({ kubeconfig, context }: KubeconfigSource): Promise<Credentials | undefined> {
  return kubeconfig === undefined ? readPodLogin(process.env) : readPlainKubeconfig(resolve(kubeconfig), context)
}

async function readByLibrary(source: KubeconfigSource): Promise<Credentials> {
  const config = await loadKubeconfig(source)
  const { server, proxyUrl } = requireCluster(config, source)
  if (proxyUrl?.startsWith('socks')) throw invalid(source, 'asks for a SOCKS proxy; only HTTP proxies are supported.')
  const login = takeCommandLogin(config, source)
  const options = await httpsOptions(config, source)
  const { cert, key } = (await login?.current()) ?? {}
  return {
    server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace || 'default',
    tls: { ...tlsOf(options), ...(cert && key && { cert, key }) },
    proxy: proxyUrl,
    headers: async () => {
      const { token } = (await login?.current()) ?? {}
      const headers = headersOf(await httpsOptions(config, source))
      return token ? { ...headers, authorization: `Bearer ${token}` } : headers
    },
  }
}

/** Contexts of a kubeconfig: the one in use, its server's address, and all names. Throws KUBECONFIG_INVALID. */
export async function readContexts(
  source: KubeconfigSource,
): Promise<{ current: string; server: string; names: readonly string[] }> {
  const config = await loadKubeconfig(source)
  const { server } = requireCluster(config, source)
  return { current: config.getCurrentContext(), server, names: config.getContexts().map(({ name }) => name) }
}

async function httpsOptions(config: KubeConfig, source: KubeconfigSource): Promise<RequestOptions> {
  const options: RequestOptions & { headers: Record<string, string> } = { headers: {} }
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    const file = error as NodeJS.ErrnoException
    if (file.path) throw invalid(source, `names ${file.path}, which cannot be read (${file.code}).`)
    if (String(file.message).startsWith('HTTP protocol')) {
      throw invalid(source, 'has an http:// address without insecure-skip-tls-verify: true.')
    }
    throw invalid(source, 'names a login that could not be had.')
  }
  return options
}

function tlsOf(options: RequestOptions): Credentials['tls'] {
  const { ca, cert, key, servername, rejectUnauthorized } = options
  const given = Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
    ([, value]) => value !== undefined,
  )
  return Object.fromEntries(given)
}

function headersOf(options: RequestOptions): Record<string, string> {
  const basic = options.auth ? { Authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` } : {}
  const headers = { ...basic, ...(options.headers as Record<string, string>) }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]))
}
