import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { runProcess } from '../process/run-process.ts'
import { inBuildDirectory } from './build-directory.ts'
import { BUILD_LIMITS, type BuildLimits, failedBuild } from './build-failures.ts'
import type { Builder } from './builder.ts'
import { confine } from './confinement.ts'
import { findKustomize } from './find-binary.ts'
import type { HelmBinary } from './find-helm.ts'
import { once } from './once.ts'

export interface BinaryBuilderOptions {
  /** Left out, `KUSTOMIZE_BIN`, PATH and the cache are searched. */
  readonly binary?: string
  /** Where builds get their own directories; the system's temporary directory by default. */
  readonly scratch?: string
  readonly limits?: Partial<BuildLimits>
}

/**
 * Runs the kustomize found on this machine, one process and one directory a build. Given a helm, kustomize may run it on charts that are
 * among the files, through a guard that lets nothing else through.
 */
export function createBinaryBuilder(options: BinaryBuilderOptions = {}, helm?: () => Promise<HelmBinary>): Builder {
  const limits = { ...BUILD_LIMITS, ...options.limits }
  const kustomize = once(() => findKustomize(options.binary))
  const confinement = once(() => confine(limits))
  return {
    async version() {
      const [{ version }, charts] = await Promise.all([kustomize(), helm?.()])
      return charts ? `${version}, ${charts.version}` : version
    },
    async build(request) {
      const [{ command, args }, wrapper, charts] = await Promise.all([kustomize(), confinement(), helm?.()])
      const withHelm = charts ? ['--enable-helm', `--helm-command=${HELM_GUARD}`] : []
      const [first = command, ...rest] = [...wrapper, command, ...args, ...withHelm, `./${request.overlay}`]
      return inBuildDirectory(request.files, options.scratch ?? tmpdir(), async (root) => {
        const { timeoutMs, outputBytes: maxBytes } = limits
        const { signal } = request
        const env = charts ? { ...ENVIRONMENT, ...helmEnvironment(charts, root) } : ENVIRONMENT
        const call = { command: first, args: rest, cwd: root, env, timeoutMs, maxBytes, signal }
        const done = await runProcess(call)
        if (done.ended === 'exit' && done.code === 0) return done.stdout
        throw failedBuild(done, request, root, limits)
      })
    },
    close: async () => undefined,
  }
}

const HELM_GUARD = fileURLToPath(new URL('helm-guard.sh', import.meta.url))

/** What kustomize writes for helm goes with the build's directory. */
function helmEnvironment({ command }: HelmBinary, root: string): Record<string, string> {
  return { LOCKSTEP_HELM: command, LOCKSTEP_BUILD: root, TMPDIR: root }
}

/** No PATH, so no git; no home, so no configuration; addresses lead nowhere. */
const ENVIRONMENT = {
  PATH: '/nonexistent',
  HTTP_PROXY: 'http://127.0.0.1:1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
}
