import { join } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import { runProcess } from '../process/run-process.ts'
import { cacheDirectory } from './cache-directory.ts'
import { type Environment, onPath } from './find-binary.ts'

/** A helm that answered when asked for its version. */
export interface HelmBinary {
  /** Absolute path. */
  readonly command: string
  /** e.g. `helm v3.22.0`. */
  readonly version: string
}

const VERSION_TIMEOUT_MS = 20_000

/**
 * `binary` or `HELM_BIN` where given, else `helm` on PATH, `<cache>/bin/helm`, the first that is helm 3 or 4, which kustomize works with.
 * Refuses with HELM_MISSING (kind `unreachable`).
 */
export async function findHelm(binary?: string, env: Environment = process.env): Promise<HelmBinary> {
  const named = binary ?? env.HELM_BIN
  const candidates = named ? [named] : ['helm', join(cacheDirectory(env), 'bin', 'helm')]
  for (const candidate of candidates) {
    const command = await onPath(candidate, env)
    const version = command && (await versionOf(command))
    if (version) return { command, version }
  }
  throw missing(named ? `${named} is not a helm 3 or 4 that can be run.` : 'No helm was found on PATH.')
}

async function versionOf(command: string): Promise<string | undefined> {
  const args = ['version', '--template', '{{.Version}}']
  const call = { command, args, cwd: '/', env: {}, timeoutMs: VERSION_TIMEOUT_MS, maxBytes: 65_536 }
  const done = await runProcess(call)
  const [version] =
    done.ended === 'exit' && done.code === 0 ? (/v[34](?:\.\d+)+\S*/.exec(done.stdout.toString()) ?? []) : []
  return version && `helm ${version}`
}

function missing(message: string): LockstepError {
  const problem = {
    code: 'HELM_MISSING',
    message: `The overlay inflates a Helm chart. ${message}`,
    remedy: 'Install helm 3 (https://helm.sh/docs/intro/install) on PATH, or name it in HELM_BIN.',
  }
  return new LockstepError(problem, { kind: 'unreachable' })
}
