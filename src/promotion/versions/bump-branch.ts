import { LockstepError } from '../../model/errors.ts'
import { isObjectId } from '../../model/object-id.ts'
import { type ImageVersion, parseImageVersion, printImageVersion } from './image-version.ts'

/**
 * The branch that holds an application's new versions. Only an application whose versions may begin in several environments has one for
 * each; names of environments and applications hold no `/`.
 */
export function bumpBranch(application: string, environment?: string): string {
  return `lockstep/bump${environment === undefined ? '' : `-${environment}`}/${application}`
}

/** What a commit of the branch says about itself, so that Git alone tells what is proposed. */
export interface BumpTrailers {
  readonly versions: readonly ImageVersion[]
  /** The commit of the default branch that it changes. */
  readonly base: string
}

export function printBumpTrailers({ versions, base }: BumpTrailers): string {
  const lines = versions.map((version) => `Lockstep-Version: ${printImageVersion(version)}`)
  return [...lines, `Lockstep-Base: ${base}`].join('\n')
}

/** Undefined for a commit that is not ours. */
export function parseBumpTrailers(message: string): BumpTrailers | undefined {
  const trailers = [...message.matchAll(/^Lockstep-(Version|Base): (\S+)\r?$/gm)]
  const values = (key: string) => trailers.flatMap(([, name, value = '']) => (name === key ? value : []))
  const versions = values('Version').flatMap(readVersion)
  const base = values('Base').at(-1)
  return base !== undefined && isObjectId(base) && versions.length > 0 ? { versions, base } : undefined
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
