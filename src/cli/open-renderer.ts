import { cacheDirectory, rendersDirectory } from '../adapters/kustomize/cache-directory.ts'
import { renderRoom, thisMachine } from '../adapters/kustomize/render-room.ts'
import { createKustomizeRenderer, type KustomizeRenderer } from '../adapters/kustomize/renderer.ts'
import { createEventualBuilder } from '../adapters/kustomize/resident/eventual-builder.ts'
import { readClientFile } from '../assemble/operator.ts'
import type { ClientFile } from '../config/operator-config.ts'
import type { Vendor } from '../model/vendor.ts'
import type { Invocation } from './command.ts'

const DISK_BYTES = 512 * 1024 ** 2

/** For the options of every command that renders. */
export const CONFIG_OPTION = {
  config: {
    type: 'string',
    value: 'FILE',
    description: "an operator's file with the remote bases and charts that are allowed (default: LOCKSTEP_CONFIG)",
  },
} as const

/**
 * The renderer of a command: what any earlier command has rendered is found again in a directory that may be emptied. What
 * the operator's file lists is brought in, and what it says of builds holds here too; without one nothing is fetched.
 */
export function openRenderer(invocation: Pick<Invocation, 'stderr' | 'options' | 'env' | 'cwd'>): KustomizeRenderer {
  const { stderr, options, env, cwd } = invocation
  const file = readClientFile(options.config as string | undefined, env, cwd)
  const { workers, limits: room } = renderRoom(thisMachine(), file?.render)
  const limits = { ...room, ...(file?.render && { timeoutMs: file.render.deadlineMs }) }
  const directory = rendersDirectory()
  const vendor = file && listedVendor(file, env)
  return createKustomizeRenderer({
    workers,
    limits,
    ...(vendor && { vendor }),
    resident: createEventualBuilder({ processes: workers, limits, say: (line) => stderr(`${line}\n`) }),
    ...(directory && { cache: { disk: { directory, maxBytes: file?.render?.cacheBytes ?? DISK_BYTES } } }),
  })
}

/** Loaded when it is needed: most commands bring nothing in, and it takes a tenth of a second. */
function listedVendor(file: ClientFile, env: Invocation['env']): Vendor {
  let vendor: Promise<Vendor> | undefined
  const load = async () => {
    const { createListedVendor } = await import('../assemble/vendor.ts')
    return createListedVendor({ sources: file, data: file.data ?? cacheDirectory(), env })
  }
  return {
    async complete(...asked) {
      vendor ??= load()
      return (await vendor).complete(...asked)
    },
  }
}
