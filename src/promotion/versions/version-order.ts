import { compareVersions, parseVersion, type SemanticVersion } from '../../model/semantic-version.ts'

/** A version with two numbers at least: a tag of digits alone may be a build or the start of a commit's id. */
export function versionOfTag(tag: string): SemanticVersion | undefined {
  return /^v?\d+\.\d/.test(tag) ? parseVersion(tag) : undefined
}

/** True where both are semantic versions and the first comes before the other. Other tags have no order that could be known. */
export function olderByNumbers({ tag }: { readonly tag: string }, other: string): boolean {
  const [one, two] = [versionOfTag(tag), versionOfTag(other)]
  return one !== undefined && two !== undefined && compareVersions(one, two) < 0
}
