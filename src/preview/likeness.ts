import type { Overlay } from '../model/target.ts'

/** A group tells of its first overlay: whether the others have this text with names of their own in it. */
export function isAlike(text: string, overlays: readonly Overlay[]): boolean {
  const [first] = overlays
  if (!first) return false
  const names = [
    ({ application }: Overlay) => application,
    ({ environment }: Overlay) => environment,
    ({ cluster }: Overlay) => cluster,
  ]
  return names.some((name) => {
    const own = name(first)
    return own !== undefined && text.includes(own) && overlays.some((overlay) => name(overlay) !== own)
  })
}
