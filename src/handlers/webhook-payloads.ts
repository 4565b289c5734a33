import { z } from 'zod'
import { LockstepError } from '../model/errors.ts'

/** What of each event's payload is read, as GitHub names it. The only place that knows the shapes of webhooks. */

const NUMBER = z.number().int().positive()
const SHA = z.string().regex(/^[0-9a-f]{40,64}$/)

const IN_REPOSITORY = z.object({
  installation: z.object({ id: NUMBER }),
  repository: z.object({
    name: z.string().regex(/^[\w.-]+$/),
    owner: z.object({ login: z.string().regex(/^[\w-]+$/) }),
  }),
})

export type InRepository = z.infer<typeof IN_REPOSITORY>

export const PULL_REQUEST = IN_REPOSITORY.extend({
  action: z.string(),
  number: NUMBER,
  pull_request: z.object({
    head: z.object({ ref: z.string(), sha: z.string() }),
    base: z.object({ ref: z.string() }),
  }),
  changes: z.object({ base: z.unknown().optional() }).optional(),
})

export const REVIEW = IN_REPOSITORY.extend({
  action: z.string(),
  pull_request: PULL_REQUEST.shape.pull_request.extend({ number: NUMBER }),
})

export const ISSUE_COMMENT = IN_REPOSITORY.extend({
  action: z.string(),
  issue: z.object({ number: NUMBER }),
  comment: z.object({
    id: NUMBER,
    body: z.string(),
    created_at: z.iso.datetime(),
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
  }),
  changes: z.object({ body: z.object({ from: z.string() }).optional() }).optional(),
})

export const PUSH = IN_REPOSITORY.extend({
  ref: z.string(),
  before: z.string(),
  deleted: z.boolean(),
  repository: IN_REPOSITORY.shape.repository.extend({ default_branch: z.string() }),
})

export const CHECK_RUN = IN_REPOSITORY.extend({
  action: z.string(),
  check_run: z.object({
    id: NUMBER,
    head_sha: SHA,
    name: z.string(),
    conclusion: z.string().nullable(),
    check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
  }),
  requested_action: z.object({ identifier: z.string() }).optional(),
  sender: z.object({ login: z.string(), type: z.string() }),
})

export const CHECK_SUITE = IN_REPOSITORY.extend({
  action: z.string(),
  check_suite: z.object({ id: NUMBER, head_sha: SHA, updated_at: z.string() }),
})

export const MERGE_GROUP = IN_REPOSITORY.extend({
  action: z.string(),
  merge_group: z.object({ head_ref: z.string(), head_sha: SHA, base_sha: SHA }),
})

export const INSTALLATION = z.object({ action: z.string() })

/** One event's payload, what is not in its shape left out; throws WEBHOOK_PAYLOAD naming what is missing. */
export function readPayload<T>(event: string, schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload)
  if (result.success) return result.data
  const wrong = result.error.issues.map((issue) => issue.path.join('.') || 'payload').join(', ')
  throw new LockstepError({
    code: 'WEBHOOK_PAYLOAD',
    message: `A ${event} webhook is not as GitHub describes it: ${wrong}.`,
    remedy: 'Nothing to do: it is ignored, and the sweep finds what it meant.',
  })
}
