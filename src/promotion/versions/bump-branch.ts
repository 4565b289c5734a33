import { LockstepError } from '../../model/errors.ts'
import { type ImageVersion, parseImageVersion, printImageVersion } from './image-version.ts'

/**
 * The branch that holds an application's new versions. Only an application whose versions may begin in several environments has one for
 * each; names of environments and applications hold no `/`.
 */
export function bumpBranch(application: string, environment?: string): string {
  return `lockstep/bump${environment === undefined ? '' : `-${environment}`}/${application}`
}

const TRAILER = 'Lockstep-Version'

/** Trailers of the branch's commits: what is proposed, so that Git alone tells it. */
export function printVersionTrailers(versions: readonly ImageVersion[]): string {
  return versions.map((version) => `${TRAILER}: ${printImageVersion(version)}`).join('\n')
}

/** Empty for a commit that is not ours. */
export function parseVersionTrailers(message: string): ImageVersion[] {
  return [...message.matchAll(/^Lockstep-Version:[ \t]*(\S+)[ \t]*\r?$/gm)].flatMap(([, text = '']) =>
    readVersion(text),
  )
}

/** Hidden in the body of the pull request: what a person closes with it. */
export function printBumpMarker(versions: readonly ImageVersion[]): string {
  return `<!-- lockstep-bump ${versions.map(printImageVersion).join(' ')} -->`
}

/** Anybody with write access can edit a body: a hint, never a proof. */
export function parseBumpMarker(body: string): ImageVersion[] {
  const [, text = ''] = /<!-- lockstep-bump ([^\n]*?) -->/.exec(body) ?? []
  return text.split(' ').flatMap(readVersion)
}

function readVersion(text: string): ImageVersion[] {
  try {
    return [parseImageVersion(text)]
  } catch (error) {
    if (error instanceof LockstepError) return []
    throw error
  }
}

/** Same versions in any order. */
export function sameVersions(one: readonly ImageVersion[], other: readonly ImageVersion[]): boolean {
  const text = (versions: readonly ImageVersion[]) => versions.map(printImageVersion).sort().join(' ')
  return text(one) === text(other)
}
