import type { Overlay } from '../../model/target.ts'

/** A group tells of its first overlay: ` and its like` where the others have this text with names of their own in it. */
export function likeness(text: string, overlays: readonly Overlay[]): string {
  const [first] = overlays
  if (!first) return ''
  const differs = (name: (overlay: Overlay) => string | undefined) =>
    overlays.some((overlay) => name(overlay) !== name(first)) && text.includes(name(first) ?? '\n')
  const own = [
    ({ application }: Overlay) => application,
    ({ environment }: Overlay) => environment,
    ({ cluster }: Overlay) => cluster,
  ]
  return own.some(differs) ? ' and its like' : ''
}
