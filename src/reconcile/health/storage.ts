import type { JsonObject } from '../../model/json.ts'
import { annotationOf, textAt, valueAt } from '../live/live-object.ts'
import { degraded, HEALTHY, type HealthRule, type HealthVerdict, progressing } from './verdict.ts'

const ASKED = ['volume.kubernetes.io/storage-provisioner', 'volume.beta.kubernetes.io/storage-provisioner']

/**
 * With the binding mode `WaitForFirstConsumer` a claim stays Pending until a Pod uses it, and nobody is asked for a volume before: the
 * controller then writes down whom it asked. A claim for which nobody was asked waits for its consumer, whose own health tells the rest.
 */
export const volumeClaimHealth: HealthRule = (object) => {
  const phase = textAt(object, 'status', 'phase')
  if (phase === 'Bound') return HEALTHY
  if (phase === 'Lost') return degraded('the volume is lost')
  return phase === 'Pending' ? pendingClaim(object) : progressing(`phase ${phase ?? 'unknown'}`)
}

function pendingClaim(object: JsonObject): HealthVerdict {
  const volume = textAt(object, 'spec', 'volumeName')
  if (volume) return progressing(`waits for the volume ${volume}`)
  if (textAt(object, 'spec', 'storageClassName') === '') return progressing('waits for a volume that fits')
  const provisioner = ASKED.map((name) => annotationOf(object, name)).find((name) => name !== undefined)
  return provisioner ? progressing(`waits for a volume of ${provisioner}`) : HEALTHY
}

export const volumeHealth: HealthRule = (object) => {
  const phase = textAt(object, 'status', 'phase')
  if (phase === 'Failed') return degraded(textAt(object, 'status', 'message') || 'the volume failed')
  return phase === 'Bound' || phase === 'Available' || phase === 'Released'
    ? HEALTHY
    : progressing(`phase ${phase ?? 'unknown'}`)
}

export const snapshotHealth: HealthRule = (object) => {
  if (valueAt(object, 'status', 'readyToUse') === true) return HEALTHY
  const error = textAt(object, 'status', 'error', 'message')
  return error ? degraded(error) : progressing('is not ready to use')
}
