import { compareVersions, parseVersion, type SemanticVersion } from '../../model/semantic-version.ts'
import { parseRange } from '../../model/version-range.ts'

/** Of the versions a repository has, the one helm takes: the very one where it is there, else the highest in the range. */
export function chooseVersion(known: readonly string[], wanted: string | undefined): string | undefined {
  if (wanted !== undefined && known.includes(wanted)) return wanted
  const range = parseRange(wanted || '*')
  if (!range) return undefined
  const fitting = known.flatMap((text) => {
    const version = parseVersion(text)
    return version && range.includes(version) ? [{ text, version }] : []
  })
  return fitting.reduce<{ text: string; version: SemanticVersion } | undefined>(
    (best, next) => (best && compareVersions(best.version, next.version) >= 0 ? best : next),
    undefined,
  )?.text
}
