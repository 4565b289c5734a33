import { join } from 'node:path'
import type { RemoteBase } from '../../config/remote-sources.ts'
import type { Charts } from '../../model/charts.ts'
import { LockstepError } from '../../model/errors.ts'
import { overlayInputs } from '../../model/kustomization/inputs.ts'
import type { OpenRemoteRepository } from '../../model/remote-repository.ts'
import type { Resolution, Vendor } from '../../model/vendor.ts'
import { Assembly } from './assembly.ts'
import { refuseOriginAnnotations } from './origin-annotations.ts'
import { RemoteSites, type RemoteSitesOptions } from './remote-sites.ts'
import { RefResolver } from './resolve-ref.ts'

export interface VendorOptions {
  readonly remoteBases: readonly RemoteBase[]
  /** Opens what helm charts ask for. */
  readonly charts: Charts
  /** A tag that stands for another commit than when it was first seen is shown, or refused. */
  readonly movedTags: 'warn' | 'block'
  /** Everything fetched is kept below `remotes` of it. */
  readonly data: string
  readonly openRepository: OpenRemoteRepository
  readonly authorization?: RemoteSitesOptions['authorization']
  readonly clock?: () => Date
}

/** Brings in remote bases by git and charts through `charts`, each only where the operator's list allows it. */
export function createVendor(options: VendorOptions): Vendor {
  const sites = new RemoteSites({
    allowed: options.remoteBases,
    directory: join(options.data, 'remotes'),
    resolver: new RefResolver(options.clock ?? (() => new Date())),
    ...(options.authorization && { authorization: options.authorization }),
    openRepository: options.openRepository,
  })
  return {
    async complete(tree, overlay, wishes = {}) {
      const inputs = await overlayInputs(tree, overlay)
      if (inputs.remotes.length + inputs.charts.length === 0) return { tree, resolutions: [], charts: false }
      if (inputs.remotes.length > 0) await refuseOriginAnnotations(tree, overlay)
      const assembly = new Assembly({
        openRemote: (reference) => sites.open(reference, wishes),
        openChart: (request) => options.charts.open(request, wishes),
      })
      await assembly.add({ tree, below: '', depth: 0 }, overlay, inputs)
      const completed = await assembly.completed()
      if (options.movedTags === 'block') refuseMoved(completed.resolutions)
      return completed
    },
  }
}

function refuseMoved(resolutions: readonly Resolution[]): void {
  const moved = resolutions.filter(({ movedFrom }) => movedFrom !== undefined)
  if (moved.length === 0) return
  throw new LockstepError(
    moved.map(({ reference, file, line, content, movedFrom }) => ({
      code: 'REMOTE_TAG_MOVED',
      message: `\`${reference}\` stands for ${content} now, and for ${movedFrom} when it was first seen.`,
      file,
      line,
      remedy: 'Refer to the one you mean by its full commit id or digest.',
    })),
  )
}
