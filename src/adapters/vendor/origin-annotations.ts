import { posix } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import { isJsonObject, type Json } from '../../model/json.ts'
import { foldKey } from '../../model/kustomization/references.ts'
import { TreeScan } from '../../model/kustomization/tree-scan.ts'
import type { Tree } from '../../model/tree.ts'

/** kustomize would write a remote base's address into annotations, and there is only Lockstep's own directory left to write. */
export async function refuseOriginAnnotations(tree: Tree, overlay: string): Promise<void> {
  const scan = await TreeScan.of(tree)
  const { file = overlay } = await scan.directory(scan.index.resolve(posix.normalize(overlay)).path)
  const { value = null } = await scan.kustomization(scan.index.resolve(file).path)
  if (!tellsOrigins(value)) return
  throw new LockstepError({
    code: 'REMOTE_ORIGIN_ANNOTATIONS',
    message: 'Annotations of origin together with remote bases would name directories of Lockstep.',
    file,
    remedy: 'Remove originAnnotations and transformerAnnotations from `buildMetadata`.',
  })
}

function tellsOrigins(kustomization: Json): boolean {
  if (!isJsonObject(kustomization)) return false
  const lists = Object.entries(kustomization).filter(([key]) => foldKey(key) === foldKey('buildMetadata'))
  const items = lists.flatMap(([, value]) => (Array.isArray(value) ? value : []))
  return items.some((item) => item === 'originAnnotations' || item === 'transformerAnnotations')
}
