import type { Overlay } from '../model/target.ts'
import type { ChangeGroup } from './group-changes.ts'
import { isAlike } from './likeness.ts'
import type { MaskedChange } from './mask-changes.ts'

/** An object that is gone after the merge, or has to be made anew. */
export interface Loss {
  readonly kind: 'deleted' | 'renamed' | 'recreated'
  /** `Service/ledger`; of a renamed one the new name. */
  readonly object: string
  /** The old name of a renamed one. */
  readonly from?: string
  /** Fields that cannot be changed in place. */
  readonly fields: readonly string[]
  readonly overlays: readonly Overlay[]
  /** In the other overlays it is an object named after them. */
  readonly alike: boolean
}

/** The same loss in several overlays once. */
export function lossesOf(groups: readonly Pick<ChangeGroup, 'overlays' | 'changes'>[]): Loss[] {
  const found = groups.flatMap(({ overlays, changes }) => changes.flatMap((change) => lossesIn(change, overlays)))
  const same = Map.groupBy(found, ({ kind, object, from, fields }) => JSON.stringify([kind, object, from, fields]))
  return [...same.values()].map(([first, ...others]) => {
    const loss = first as Loss
    return { ...loss, overlays: [loss, ...others].flatMap(({ overlays }) => overlays) }
  })
}

function lossesIn(change: MaskedChange, overlays: readonly Overlay[]): Loss[] {
  const { object, facts } = change
  const about = { object, fields: [], overlays, alike: isAlike(object, overlays) }
  if (change.verb === 'removed') return [{ ...about, kind: 'deleted' }]
  const gone = facts.find((fact) => fact.class === 'delete')
  const fields = facts.filter((fact) => fact.class === 'immutable').map(({ path }) => path)
  return [
    ...(gone ? [{ ...about, kind: 'renamed' as const, from: gone.object }] : []),
    ...(fields.length > 0 ? [{ ...about, kind: 'recreated' as const, fields }] : []),
  ]
}

/** Objects that are gone afterwards, renamed ones with them. */
export function isLost({ facts }: MaskedChange): boolean {
  return facts.some((fact) => fact.class === 'delete')
}
