import { dirname, resolve } from 'node:path'
import type { Cluster as KubeCluster, KubeConfig, User } from '@kubernetes/client-node'
import type { JsonObject } from '../../model/json.ts'
import { execRefused, oldCommand } from './kubeconfig-problems.ts'
import type { KubeconfigSource } from './kubeconfig-source.ts'
import { CommandLogin } from './login-command.ts'

/**
 * The user's command taken out of `config` as ours to run: the library would give it Lockstep's whole environment, secrets included, and
 * all the time it takes. Throws KUBECONFIG_RUNS_COMMAND where commands are not allowed, KUBECONFIG_INVALID for those kubectl dropped.
 */
export function takeCommandLogin(config: KubeConfig, source: KubeconfigSource): CommandLogin | undefined {
  const user: ({ exec?: ExecSpec } & User) | null = config.getCurrentUser()
  if (!user) return undefined
  refuseCommand(user, source)
  const { exec } = user
  delete user.exec
  return exec && commandLogin(exec, config, source)
}

function commandLogin(exec: ExecSpec, config: KubeConfig, source: KubeconfigSource): CommandLogin {
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

function refuseCommand(user: User, source: KubeconfigSource): void {
  const old = runsOldCommand(user)
  if ((user.exec || old) && !source.allowExec) throw execRefused(source, user)
  if (old && !user.exec) throw oldCommand(source, user)
}

/** Providers that kubectl dropped with 1.26; they run their command without a deadline. One with a token in it is just that token. */
function runsOldCommand({ authProvider: provider }: User): boolean {
  return Boolean(provider?.config?.exec || ['exec', 'gcp', 'azure'].includes(provider?.name ?? ''))
}
