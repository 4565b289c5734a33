import type { Overlay } from '../model/target.ts'
import type { ChangeGroup } from './group-changes.ts'
import { isAlike } from './likeness.ts'
import type { MaskedFact } from './mask-changes.ts'

/** An image that runs in another version, or another image in its place. */
export interface ImageMove {
  readonly from: Image
  readonly to: Image
  readonly overlays: readonly Overlay[]
  /** In the other overlays it is an image named after them. */
  readonly alike: boolean
}

export interface Image {
  readonly name: string
  /** Tag and digest, the digest short; `latest` where there is neither. */
  readonly version: string
}

/** The same move in several overlays once. */
export function imageMovesOf(groups: readonly ChangeGroup[]): ImageMove[] {
  const found = groups.flatMap(({ overlays, changes }) =>
    changes.flatMap(({ facts }) => facts.filter(isImageMove).map((fact) => imageMove(fact, overlays))),
  )
  return [...Map.groupBy(found, ({ from, to }) => JSON.stringify([from, to])).values()].map(([first, ...others]) => {
    const move = first as ImageMove
    const overlays = new Map([move, ...others].flatMap((one) => one.overlays).map((overlay) => [overlay.path, overlay]))
    return { ...move, overlays: [...overlays.values()] }
  })
}

export function isImageMove({ class: of, verb, before, after }: MaskedFact): boolean {
  return of === 'image' && verb === 'changed' && typeof before === 'string' && typeof after === 'string'
}

/** `registry:5000/shop/web:1.2@sha256:…` → `registry:5000/shop/web` and `1.2@sha256:0123456789ab…`. */
export function parseImage(text: string): Image {
  const [, name = text, tag = '', digest = ''] = /^(.*?)(:\w[\w.-]{0,127})?(@[\w:.+-]+)?$/s.exec(text) ?? []
  const short = digest.replace(/([0-9a-f]{12})[0-9a-f]{20,}$/, '$1…')
  return { name, version: `${tag}${short}`.replace(/^[:@]/, '') || 'latest' }
}

function imageMove({ before, after }: MaskedFact, overlays: readonly Overlay[]): ImageMove {
  const [from, to] = [String(before), String(after)]
  return { from: parseImage(from), to: parseImage(to), overlays, alike: isAlike(`${from} ${to}`, overlays) }
}
