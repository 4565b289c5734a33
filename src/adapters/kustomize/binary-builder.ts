import { tmpdir } from 'node:os'
import { runProcess } from '../process/run-process.ts'
import { inBuildDirectory } from './build-directory.ts'
import { BUILD_LIMITS, type BuildLimits, failedBuild } from './build-failures.ts'
import type { Builder } from './builder.ts'
import { confine } from './confinement.ts'
import { findKustomize } from './find-binary.ts'
import { once } from './once.ts'

export interface BinaryBuilderOptions {
  /** Left out, `KUSTOMIZE_BIN`, PATH and the cache are searched. */
  readonly binary?: string
  /** Where builds get their own directories; the system's temporary directory by default. */
  readonly scratch?: string
  readonly limits?: Partial<BuildLimits>
}

/** Runs the kustomize found on this machine, one process and one directory a build. */
export function createBinaryBuilder(options: BinaryBuilderOptions = {}): Builder {
  const limits = { ...BUILD_LIMITS, ...options.limits }
  const kustomize = once(() => findKustomize(options.binary))
  const confinement = once(() => confine(limits))
  return {
    version: async () => (await kustomize()).version,
    async build(request) {
      const [{ command, args }, wrapper] = await Promise.all([kustomize(), confinement()])
      const [first = command, ...rest] = [...wrapper, command, ...args, `./${request.overlay}`]
      return inBuildDirectory(request.files, options.scratch ?? tmpdir(), async (root) => {
        const { timeoutMs, outputBytes: maxBytes } = limits
        const { signal } = request
        const call = { command: first, args: rest, cwd: root, env: ENVIRONMENT, timeoutMs, maxBytes, signal }
        const done = await runProcess(call)
        if (done.ended === 'exit' && done.code === 0) return done.stdout
        throw failedBuild(done, request, root, limits)
      })
    },
    close: async () => undefined,
  }
}

/** No PATH, so no git; no home, so no configuration; addresses lead nowhere. */
const ENVIRONMENT = {
  PATH: '/nonexistent',
  HTTP_PROXY: 'http://127.0.0.1:1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
}
