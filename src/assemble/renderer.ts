import { join } from 'node:path'
import { renderRoom, thisMachine } from '../adapters/kustomize/render-room.ts'
import { createKustomizeRenderer, type KustomizeRenderer } from '../adapters/kustomize/renderer.ts'
import { createEventualBuilder } from '../adapters/kustomize/resident/eventual-builder.ts'
import type { OperatorConfig } from '../config/operator-config.ts'
import type { Vendor } from '../model/vendor.ts'
import type { Log } from './log.ts'

/** The one renderer of a process, as the operator and the machine allow it. What it keeps below `data` may be emptied. */
export function createRenderer(
  { data, render }: Pick<OperatorConfig, 'data' | 'render'>,
  vendor: Vendor,
  log: Log,
): KustomizeRenderer {
  const room = renderRoom(thisMachine(), render)
  const limits = { ...room.limits, timeoutMs: render.deadlineMs }
  const onTrouble = (err: Error) => log.warn({ err }, 'renders cannot be kept on disk')
  return createKustomizeRenderer({
    workers: room.workers,
    limits,
    vendor,
    scratch: join(data, 'scratch'),
    resident: createEventualBuilder({
      processes: room.workers,
      limits,
      worthAfter: 0,
      say: (line) => log.info(line),
    }),
    cache: { disk: { directory: join(data, 'renders'), maxBytes: render.cacheBytes, onTrouble } },
  })
}
