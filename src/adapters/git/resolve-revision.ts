import { LockstepError } from '../../model/errors.ts'
import { suggestName } from '../../model/nearest-name.ts'
import { isObjectId } from '../../model/object-id.ts'
import { isRefName, parseRevision } from './names.ts'
import type { RepositoryReader } from './repository-reader.ts'

/** In a mirror: a branch, `refs/…`, or a commit id, which people shorten to seven digits or more. */
export function mirrorCandidates(ref: string): readonly string[] {
  if (isObjectId(ref)) return [`${ref}^{commit}`]
  if (!isRefName(ref)) return []
  if (ref.startsWith('refs/')) return [`${ref}^{commit}`]
  return [`refs/heads/${ref}^{commit}`, ...(SHORT_ID.test(ref) ? [`${ref}^{commit}`] : [])]
}

/** In a person's clone: also HEAD, tags, `origin/…`, short ids, and steps back such as `main~2`. */
export function cloneCandidates(ref: string): readonly string[] {
  const revision = parseRevision(ref)
  if (!revision) return []
  const { name, steps } = revision
  const named = name === 'HEAD' || name.startsWith('refs/') ? [name] : PLACES.map((place) => `${place}${name}`)
  const id = SHORT_ID.test(name) ? [name] : []
  return [...named, ...id].map((expression) => `${expression}${steps}^{commit}`)
}

const SHORT_ID = /^[\da-f]{7,64}$/
const PLACES = ['refs/heads/', 'refs/tags/', 'refs/remotes/']

/** The full commit id, or a LockstepError GIT_REF_UNKNOWN that names the nearest branch. */
export async function resolveRevision(
  repository: Pick<RepositoryReader, 'resolve' | 'branches'>,
  ref: string,
): Promise<string> {
  const sha = await repository.resolve(ref)
  if (sha !== undefined) return sha
  const branches = await repository.branches()
  throw new LockstepError({
    code: 'GIT_REF_UNKNOWN',
    message: `There is no branch, tag or commit "${ref}" here.`,
    remedy: branches.length === 0 ? 'The repository has no branches yet.' : suggestName(ref, branches.slice(0, 50)),
  })
}
