import type { LiveObject } from '../../model/cluster.ts'
import type { Manifest } from '../../model/manifest.ts'
import { createMask, isSecret, type Mask } from '../../model/mask-secrets.ts'
import type { Target } from '../../model/target.ts'
import { keyOf } from '../live/live-object.ts'

/** Hides the values of desired and live Secrets. What names the target and its objects is no secret. */
export function targetMask(target: Target, manifests: readonly Manifest[], live: Iterable<LiveObject>): Mask {
  const secrets = [...live].filter(isSecret).map((body) => ({ key: keyOf(body), body }))
  const names = manifests.flatMap(({ key }) => [key.name, key.kind, key.namespace ?? ''])
  return createMask([...manifests, ...secrets], [...Object.values(target), ...names])
}
