const DIGITS = /^\d+$/

/**
 * True when this `resourceVersion` is known to come before the other. Versions count up over a whole API server; where one is no decimal
 * number nothing is known.
 */
export function isOlder(version: string, than: string): boolean {
  if (!DIGITS.test(version) || !DIGITS.test(than)) return false
  return version.length === than.length ? version < than : version.length < than.length
}
