import type { LiveObject } from '../../model/cluster.ts'
import type { JsonObject } from '../../model/json.ts'
import { FIELD_MANAGER } from '../labels.ts'
import type { Session } from '../pass/session.ts'

/** What the server would make of an apply; `metadata` of it alone where that is enough. */
export function dryRun(
  { cluster }: Pick<Session, 'cluster'>,
  body: JsonObject,
  force: boolean,
  answer: 'object' | 'metadata' = 'object',
): Promise<LiveObject> {
  return cluster.apply(body, { fieldManager: FIELD_MANAGER, force, dryRun: true, answer })
}
