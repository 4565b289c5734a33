import { posix } from 'node:path'
import { nearestName } from '../nearest-name.ts'
import type { Finding, Reference } from './references.ts'
import { isRemote } from './remote.ts'
import type { RemoteAddress } from './remote-address.ts'
import { readableAddress, remoteFinding } from './remote-reference.ts'
import type { Resolved, TreeIndex } from './tree-index.ts'

/** Where a reference leads inside the tree, or why it may not be followed. `links` are inputs too. */
export type Located =
  | { readonly kind: 'file' | 'directory'; readonly path: string; readonly links: readonly string[] }
  | {
      readonly kind: 'refused'
      readonly finding: Finding
      readonly links: readonly string[]
      /** What it is outside the repository, where it may be brought in. */
      readonly remote?: RemoteAddress
    }

/** Resolves what kustomize would, from the kustomization in `directory`. */
export function locateReference(index: TreeIndex, directory: string, reference: Reference): Located {
  if (isRemote(reference.text)) return refuseRemote(reference)
  if (reference.text.startsWith('/')) return refuse(leaves(reference, 'an absolute path'))
  const path = posix.join(directory, reference.text)
  if (path === '..' || path.startsWith('../')) return refuse(leaves(reference, 'a path'))
  if (reference.text === '' || path.includes('\0')) return refuse(missing(index, reference, path))
  const found = index.resolve(path)
  if (found.kind !== 'file' && found.kind !== 'directory') {
    return refuse(unresolved(index, reference, path, found), found.links)
  }
  const finding = misplaced(directory, reference, found) ?? unwritable(reference, found.path)
  return finding ? refuse(finding, found.links) : { kind: found.kind, path: found.path, links: found.links }
}

function refuse(finding: Finding, links: readonly string[] = []): Located {
  return { kind: 'refused', finding, links }
}

function refuseRemote(reference: Reference): Located {
  const remote = readableAddress(reference)
  return { ...refuse(remoteFinding(reference)), ...(remote && { remote }) }
}

function misplaced(directory: string, reference: Reference, found: Resolved): Finding | undefined {
  if (found.kind === 'directory') {
    const wantsFile = reference.kind === 'file' || reference.kind === 'patch'
    return wantsFile ? wrongKind(reference, 'a directory', 'a file') : undefined
  }
  if (reference.kind === 'component') return wrongKind(reference, 'a file', 'a directory')
  const inside = directory === '' || found.path.startsWith(`${directory}/`)
  return inside ? undefined : outside(reference, found.path, directory)
}

/** What no file system takes: git stores any name. */
function unwritable(reference: Reference, path: string): Finding | undefined {
  const longest = Math.max(...path.split('/').map((part) => Buffer.byteLength(part)))
  if (longest <= MAX_NAME_BYTES && Buffer.byteLength(path) <= MAX_PATH_BYTES) return undefined
  return at(reference, {
    code: 'OVERLAY_NAME',
    message: `The name that \`${reference.field}\` refers to here is longer than a file's name may be.`,
    remedy: 'Rename it.',
  })
}

const MAX_NAME_BYTES = 255
const MAX_PATH_BYTES = 3_000

function unresolved(index: TreeIndex, reference: Reference, path: string, found: Resolved): Finding {
  if (found.kind === 'outside') return leaves(reference, `the symbolic link ${found.links.at(-1) ?? path}`)
  if (found.kind === 'loop') {
    return at(reference, {
      code: 'OVERLAY_LINK_LOOP',
      message: `\`${reference.text}\` in \`${reference.field}\` goes through symbolic links that lead round in a circle.`,
      remedy: `Replace the link ${found.path}.`,
    })
  }
  if (found.kind === 'submodule') {
    return at(reference, {
      code: 'OVERLAY_SUBMODULE',
      message: `\`${reference.text}\` in \`${reference.field}\` lies in the submodule ${found.path}, which is not fetched.`,
      remedy: 'Copy the files into this repository.',
    })
  }
  return missing(index, reference, path)
}

function missing(index: TreeIndex, reference: Reference, path: string): Finding {
  const base = reference.kind === 'resource' || reference.kind === 'component'
  const directory = posix.dirname(path) === '.' ? '' : posix.dirname(path)
  const nearest = nearestName(posix.basename(path), index.namesIn(directory))
  return at(reference, {
    code: base ? 'OVERLAY_MISSING_BASE' : 'OVERLAY_MISSING_FILE',
    message: `\`${reference.text}\` in \`${reference.field}\` does not exist: there is no ${path || 'such path'} in the repository.`,
    remedy: nearest ? `Did you mean ${posix.join(directory, nearest)}?` : 'Correct the entry, or commit the file.',
  })
}

function leaves(reference: Reference, what: string): Finding {
  return at(reference, {
    code: 'OVERLAY_LEAVES_REPOSITORY',
    message: `\`${reference.text}\` in \`${reference.field}\` leads out of the repository by ${what}.`,
    remedy: 'Refer to files inside the repository.',
  })
}

function outside(reference: Reference, path: string, directory: string): Finding {
  return at(reference, {
    code: 'OVERLAY_FILE_OUTSIDE',
    message: `\`${reference.text}\` in \`${reference.field}\` is ${path}, which is not in or below ${directory}; kustomize reads only such files.`,
    remedy: 'Move the file, or give its directory a kustomization of its own and refer to that.',
  })
}

function wrongKind(reference: Reference, found: string, wanted: string): Finding {
  return at(reference, {
    code: wanted === 'a file' ? 'OVERLAY_MISSING_FILE' : 'OVERLAY_MISSING_BASE',
    message: `\`${reference.text}\` in \`${reference.field}\` is ${found} and has to be ${wanted}.`,
    remedy: 'Correct the entry.',
  })
}

function at(reference: Reference, finding: Omit<Finding, 'place'>): Finding {
  return { ...finding, place: reference.place }
}
