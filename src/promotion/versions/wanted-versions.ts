import { LockstepError } from '../../model/errors.ts'
import { type ImageVersion, printImageVersion } from './image-version.ts'

/** Each image once. Throws VERSION_INVALID, a wrong usage, where two different versions of one are wanted. */
export function distinctVersions(versions: readonly ImageVersion[]): ImageVersion[] {
  const byName = new Map<string, ImageVersion>()
  for (const version of versions) {
    const other = byName.get(version.name)
    if (other && printImageVersion(other) !== printImageVersion(version)) throw contradiction(version.name)
    byName.set(version.name, version)
  }
  return [...byName.values()]
}

/** What an open pull request proposes already, with the newer wishes in place of the older ones; by name. */
export function supersede(proposed: readonly ImageVersion[], wanted: readonly ImageVersion[]): ImageVersion[] {
  const byName = new Map([...proposed, ...wanted].map((version) => [version.name, version]))
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function contradiction(name: string): LockstepError {
  const message = `Two versions of ${name} are wanted at once.`
  return new LockstepError({ code: 'VERSION_INVALID', message, remedy: 'Give one.' }, { kind: 'usage' })
}
