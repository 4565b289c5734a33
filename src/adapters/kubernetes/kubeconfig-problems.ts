import type { User } from '@kubernetes/client-node'
import { LockstepError } from '../../model/errors.ts'
import type { KubeconfigSource } from './kubeconfig-source.ts'

/** `what`: the rest of a sentence that begins with the kubeconfig. */
export function invalid(source: KubeconfigSource, what: string, line?: number): LockstepError {
  return new LockstepError({
    code: 'KUBECONFIG_INVALID',
    message: `The kubeconfig of cluster ${source.name} ${what}`,
    ...(source.kubeconfig !== undefined && { file: source.kubeconfig }),
    ...(line !== undefined && { line }),
    remedy: 'Name a kubeconfig and context that `kubectl config view` shows as complete.',
  })
}

export function execRefused(source: KubeconfigSource, user: User): LockstepError {
  return new LockstepError({
    code: 'KUBECONFIG_RUNS_COMMAND',
    message: `The kubeconfig of cluster ${source.name} logs in as ${user.name} by running a command, which is refused.`,
    ...(source.kubeconfig !== undefined && { file: source.kubeconfig }),
    remedy: 'Use a user with a token or certificate, or allow login commands for this cluster (`allowCommands: true`).',
  })
}

export function oldCommand(source: KubeconfigSource, user: User): LockstepError {
  const provider = user.authProvider?.name ?? 'auth-provider'
  return new LockstepError({
    code: 'KUBECONFIG_INVALID',
    message: `The kubeconfig of cluster ${source.name} logs in as ${user.name} by the auth-provider ${provider}, which kubectl no longer knows either.`,
    ...(source.kubeconfig !== undefined && { file: source.kubeconfig }),
    remedy: "Write the kubeconfig anew with the cloud's own tool: it names an `exec` command then.",
  })
}
