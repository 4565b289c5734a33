import { valueAt } from '../../config/json-path.ts'
import { Unanswered } from './ask-json.ts'

/** The text, number or truth at a path. Throws Unanswered for anything else. */
export function jsonValue(answer: unknown, path: string): number | string | boolean {
  const value = valueAt(answer, path)
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value
  throw new Unanswered(
    value === undefined ? 'its answer has nothing at that path' : 'at that path is more than one value',
  )
}
