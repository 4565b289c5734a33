/** True when the path is the field that the rule names, or a part of it. Old spellings of patches are patches. */
export function isWithin(path: string, rule: string): boolean {
  const normal = path.replace(/^patches(?:StrategicMerge|Json6902)/, 'patches')
  return normal === rule || normal.startsWith(`${rule}.`) || normal.startsWith(`${rule}[`)
}

/**
 * True where `keep` names the field itself, as `images[name=proxy]` or `patches[Deployment/shop]` do: then images, refs and charts do not
 * move it. A rule for a whole list (`patches`) says that its entries may differ, and stops nothing.
 */
export function isHeld(path: string, keep: readonly string[]): boolean {
  return keep.some((rule) => /[.[]/.test(rule) && isWithin(path, rule))
}
