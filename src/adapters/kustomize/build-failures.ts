import { LockstepError, type Problem, type ProblemKind } from '../../model/errors.ts'
import type { ProcessResult } from '../process/run-process.ts'
import { explainBuildError } from './build-error.ts'
import type { BuildRequest } from './builder.ts'
import { explainHelmFailure } from './helm-failure.ts'
import { overlayPlace } from './overlay-place.ts'
import { maskOfInputs } from './secret-texts.ts'

/** What one build may take. */
export interface BuildLimits {
  /** One build, waiting for a free slot not counted. */
  readonly timeoutMs: number
  /** Address space; a Go program needs about 1 GiB before it does anything. */
  readonly memoryBytes: number
  readonly cpuSeconds: number
  readonly outputBytes: number
}

/** A hostile repository is answered within ten seconds: two of them are for reading it and for telling. */
export const BUILD_LIMITS: BuildLimits = {
  timeoutMs: 8_000,
  memoryBytes: 2 * 1024 ** 3,
  cpuSeconds: 60,
  outputBytes: 32 * 1024 ** 2,
}

/** Why a build did not end with a render. `root` is its directory as kustomize's words name it. */
export function failedBuild(
  done: ProcessResult,
  request: BuildRequest,
  root: string,
  limits: BuildLimits,
): LockstepError {
  if (done.ended === 'aborted') return calledOff(request.overlay)
  if (done.ended === 'missing') return kustomizeGone(request)
  if (done.ended === 'timeout') return tookTooLong(request, limits)
  if (done.ended === 'too-much-output') return tooMuchOutput(request, limits)
  if (done.killedBy !== undefined || OUT_OF_MEMORY.test(done.stderr)) return tooMuchMemory(request)
  return refusedBuild(request, done.stderr, root)
}

const OUT_OF_MEMORY =
  /out of memory|cannot allocate memory|failed to reserve|pthread_create failed|installed\?\): signal: /

/** kustomize's own refusal, or that of helm which it ran. */
function refusedBuild(request: BuildRequest, words: string, root: string): LockstepError {
  const helm = explainHelmFailure(words, request, root)
  if (helm) return new LockstepError(helm)
  const { overlay, files } = request
  const mask = maskOfInputs(new Map(files.map(({ path, content }) => [path, content])))
  const sources = new Map(files.map(({ path, content, source = content }) => [path, source.toString('utf8')]))
  return new LockstepError(explainBuildError({ stderr: words, root, overlay, files: sources, mask }))
}

function tookTooLong(request: BuildRequest, { timeoutMs }: BuildLimits): LockstepError {
  return limit('KUSTOMIZE_TIMEOUT', request, `the build took longer than ${timeoutMs / 1000} s`)
}

function tooMuchOutput(request: BuildRequest, { outputBytes }: BuildLimits): LockstepError {
  return limit('KUSTOMIZE_OUTPUT', request, `the render is larger than ${outputBytes} bytes`)
}

function tooMuchMemory(request: BuildRequest): LockstepError {
  return limit('KUSTOMIZE_MEMORY', request, 'the build needed more memory or processor time than it may have')
}

function kustomizeGone(request: BuildRequest): LockstepError {
  return limit('KUSTOMIZE_MISSING', request, 'kustomize is gone from where it was', 'unreachable')
}

export function calledOff(overlay: string): LockstepError {
  const message = `Rendering ${overlay} was called off.`
  return new LockstepError(
    { code: 'KUSTOMIZE_ABORTED', message, remedy: 'Nothing: a newer request has taken its place.' },
    { kind: 'unreachable' },
  )
}

function limit(
  code: string,
  { overlay, files }: BuildRequest,
  what: string,
  kind: ProblemKind = 'refused',
): LockstepError {
  const problem: Problem = {
    code,
    message: `${overlay} was not rendered: ${what}.`,
    ...overlayPlace(
      overlay,
      files.map(({ path }) => path),
    ),
    remedy:
      kind === 'refused'
        ? 'Make the overlay smaller, split it, or raise the limit under `render` in the operator’s file.'
        : 'Install kustomize again.',
  }
  return new LockstepError(problem, { kind })
}
