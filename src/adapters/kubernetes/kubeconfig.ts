import { readFile } from 'node:fs/promises'
import type { RequestOptions } from 'node:https'
import { dirname, resolve } from 'node:path'
import type { Cluster as KubeCluster, KubeConfig, User } from '@kubernetes/client-node'
import { isMap, parseDocument } from 'yaml'
import { LockstepError } from '../../model/errors.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Credentials } from './credentials.ts'
import { CommandLogin } from './login-command.ts'
import { readPlainKubeconfig, readPodLogin } from './plain-kubeconfig.ts'

export interface KubeconfigSource {
  /** The operator's name for the cluster, used in messages. */
  readonly name: string
  /** Path of a kubeconfig file. Absent: the service account of the Pod that Lockstep runs in. Never a file of a repository. */
  readonly kubeconfig?: string
  /** Default: the file's current context. */
  readonly context?: string
  /** Lets the kubeconfig's user log in by a command (`exec`). Off by default: it runs beside Lockstep. */
  readonly allowExec?: boolean
  /** What such a command gets besides what the kubeconfig names for it. Default: PATH and HOME. */
  readonly commandEnvironment?: Readonly<Record<string, string | undefined>>
  /** Longest time for such a command, in milliseconds. Default 15 s. */
  readonly commandTimeoutMs?: number
}

/** Reads everything again: called at the start and whenever the cluster no longer accepts the login. Throws KUBECONFIG_… problems. */
export async function readKubeconfig(source: KubeconfigSource): Promise<Credentials> {
  return (await readPlainLogin(source)) ?? readByLibrary(source)
}

function readPlainLogin({ kubeconfig, context }: KubeconfigSource): Promise<Credentials | undefined> {
  return kubeconfig === undefined ? readPodLogin(process.env) : readPlainKubeconfig(resolve(kubeconfig), context)
}

async function readByLibrary(source: KubeconfigSource): Promise<Credentials> {
  const config = await load(source)
  const { server, proxyUrl } = requireCluster(config, source)
  if (proxyUrl?.startsWith('socks')) throw invalid(source, 'asks for a SOCKS proxy; only HTTP proxies are supported.')
  const user = config.getCurrentUser()
  if (user && runsCommand(user) && !source.allowExec) throw execRefused(source, user)
  if (user && runsOldCommand(user)) throw oldCommand(source, user)
  const login = takeLogin(config, source)
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

/** The user's command as ours to run: the library would give it Lockstep's whole environment, secrets included, and all the time it takes. */
function takeLogin(config: KubeConfig, source: KubeconfigSource): CommandLogin | undefined {
  const user = config.getCurrentUser() as { exec?: ExecSpec } | null
  const exec = user?.exec
  if (!user || !exec) return undefined
  delete user.exec
  const cwd = source.kubeconfig === undefined ? '/' : dirname(resolve(source.kubeconfig))
  const { PATH, HOME } = process.env
  const named = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]))
  return new CommandLogin({
    cluster: source.name,
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    command: exec.command.includes('/') ? resolve(cwd, exec.command) : exec.command,
    args: exec.args ?? [],
    cwd,
    timeoutMs: source.commandTimeoutMs,
    env: { ...(source.commandEnvironment ?? { PATH, HOME }), ...named },
    ...(exec.provideClusterInfo && { clusterInfo: clusterInfo(config.getCurrentCluster()) }),
  })
}

/** `users[].user.exec` of a kubeconfig. */
interface ExecSpec {
  readonly apiVersion?: string
  readonly command: string
  readonly args?: readonly string[] | null
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null
  readonly provideClusterInfo?: boolean
}

function clusterInfo(cluster: KubeCluster | null): JsonObject {
  return {
    server: cluster?.server ?? '',
    ...(cluster?.caData && { 'certificate-authority-data': cluster.caData }),
    ...(cluster?.skipTLSVerify && { 'insecure-skip-tls-verify': true }),
    ...(cluster?.tlsServerName && { 'tls-server-name': cluster.tlsServerName }),
  }
}

/** Contexts of a kubeconfig: the one in use, its server's address, and all names. Throws KUBECONFIG_INVALID. */
export async function readContexts(
  source: KubeconfigSource,
): Promise<{ current: string; server: string; names: readonly string[] }> {
  const config = await load(source)
  const { server } = requireCluster(config, source)
  return { current: config.getCurrentContext(), server, names: config.getContexts().map(({ name }) => name) }
}

function requireCluster(config: KubeConfig, source: KubeconfigSource): KubeCluster {
  const cluster = config.getCurrentCluster()
  if (!cluster || !config.getCurrentUser()) throw invalid(source, contextMessage(config, source))
  if (/^https?:\/\//.test(cluster.server) && URL.canParse(cluster.server)) return cluster
  throw invalid(source, `has no http or https address for cluster ${cluster.name}.`)
}

async function load(source: KubeconfigSource): Promise<KubeConfig> {
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

function runsCommand(user: User): boolean {
  const provider = user.authProvider
  return Boolean(user.exec || provider?.config?.exec || ['exec', 'gcp', 'azure'].includes(provider?.name ?? ''))
}

/** Providers that kubectl dropped with 1.26; they run their command without a deadline. One with a token in it is just that token. */
function runsOldCommand({ exec, authProvider: provider }: User): boolean {
  return !exec && Boolean(provider?.config?.exec || ['exec', 'gcp', 'azure'].includes(provider?.name ?? ''))
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

function contextMessage(config: KubeConfig, source: KubeconfigSource): string {
  const names = config.getContexts().map(({ name }) => name)
  const wanted = source.context ?? config.getCurrentContext()
  if (!wanted) return `has no current-context; it has ${names.join(', ') || 'no context'}.`
  if (!names.includes(wanted)) return `has no context ${wanted}; it has ${names.join(', ') || 'none'}.`
  return `names no known cluster or user in context ${wanted}.`
}

function invalid(source: KubeconfigSource, what: string, line?: number): LockstepError {
  return new LockstepError({
    code: 'KUBECONFIG_INVALID',
    message: `The kubeconfig of cluster ${source.name} ${what}`,
    ...(source.kubeconfig !== undefined && { file: source.kubeconfig }),
    ...(line !== undefined && { line }),
    remedy: 'Name a kubeconfig and context that `kubectl config view` shows as complete.',
  })
}

function execRefused(source: KubeconfigSource, user: User): LockstepError {
  return new LockstepError({
    code: 'KUBECONFIG_RUNS_COMMAND',
    message: `The kubeconfig of cluster ${source.name} logs in as ${user.name} by running a command, which is refused.`,
    ...(source.kubeconfig !== undefined && { file: source.kubeconfig }),
    remedy: 'Use a user with a token or certificate, or allow login commands for this cluster (`allowCommands: true`).',
  })
}

function oldCommand(source: KubeconfigSource, user: User): LockstepError {
  const provider = user.authProvider?.name ?? 'auth-provider'
  return new LockstepError({
    code: 'KUBECONFIG_INVALID',
    message: `The kubeconfig of cluster ${source.name} logs in as ${user.name} by the auth-provider ${provider}, which kubectl no longer knows either.`,
    ...(source.kubeconfig !== undefined && { file: source.kubeconfig }),
    remedy: "Write the kubeconfig anew with the cloud's own tool: it names an `exec` command then.",
  })
}
