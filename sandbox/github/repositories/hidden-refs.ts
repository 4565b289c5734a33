import type { Repository } from '../state/repository.ts'

/** True while a fresh ref has not reached the readers; each read brings it nearer. */
export function isHidden(repository: Repository, ref: string): boolean {
  const left = repository.hiddenRefs.get(ref) ?? 0
  if (left <= 1) repository.hiddenRefs.delete(ref)
  else repository.hiddenRefs.set(ref, left - 1)
  return left > 0
}
