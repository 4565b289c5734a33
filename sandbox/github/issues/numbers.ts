import type { Repository } from '../state/repository.ts'

/** Issues and pull requests are numbered in one row. */
export function nextNumber(repository: Repository): number {
  const number = repository.nextNumber
  repository.nextNumber += 1
  return number
}
