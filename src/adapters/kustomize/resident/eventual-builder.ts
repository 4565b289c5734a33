import { BuildDeclined, type Builder, type BuildRequest } from '../builder.ts'
import { type Environment, findKustomize } from '../find-binary.ts'
import { once } from '../once.ts'
import { ensureRenderer } from './ensure-renderer.ts'
import { findRenderer } from './find-renderer.ts'
import { createResidentBuilder, type ResidentBuilderOptions } from './resident-builder.ts'

export interface EventualBuilderOptions extends Omit<ResidentBuilderOptions, 'program'> {
  /** As the binary builder has it. */
  readonly binary?: string
  /** Builds of this process after which it is worth building the renderer; 0: at once. */
  readonly worthAfter?: number
  /** One sentence for the log or the terminal. */
  readonly say: (line: string) => void
  readonly env?: Environment
}

const WORTH_AFTER = 40

/**
 * The resident renderer as soon as there is one; declines until then. One that has to be built is built beside the work, and takes over
 * only when it is the same kustomize as the binary: all renders of a process come from one version. A kustomize that was named
 * (`binary`, `KUSTOMIZE_BIN`) is never replaced by another version.
 */
export function createEventualBuilder(options: EventualBuilderOptions): Builder {
  const { env = process.env, say, worthAfter = WORTH_AFTER } = options
  const named = options.binary ?? env.KUSTOMIZE_BIN
  let serving: Builder | undefined
  let builds = 0

  const adopt = async (program: string | undefined, anyVersion: boolean): Promise<void> => {
    if (program === undefined) return
    const resident = createResidentBuilder({ ...options, program })
    const version = await resident.version().catch(() => undefined)
    if (version === undefined)
      say(`no resident renderer: ${program} cannot be run; the kustomize binary builds every overlay`)
    else if (anyVersion || version === (await binaryVersion(named, env))) serving = resident
  }
  const ready = once(async () => adopt((await findRenderer(env)).program, !named))
  const later = once(async () => adopt(await ensureRenderer({ env, say, background: true }), false))

  const resident = async (): Promise<Builder> => {
    await ready()
    if (serving) return serving
    throw new BuildDeclined('There is no resident renderer yet.')
  }
  return {
    version: async () => (await resident()).version(),
    async build(request: BuildRequest) {
      await ready()
      if (!serving && builds >= worthAfter) void later()
      builds += 1
      return (await resident()).build(request)
    },
    close: async () => serving?.close(),
  }
}

async function binaryVersion(binary: string | undefined, env: Environment): Promise<string | undefined> {
  return findKustomize(binary, env).then(
    ({ version }) => version,
    () => undefined,
  )
}
