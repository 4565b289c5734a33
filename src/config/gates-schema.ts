import { z } from 'zod'
import { parseExpectation } from './expectation.ts'
import { JSON_PATH } from './json-path.ts'
import { count, duration, name } from './schema-parts.ts'

const expectation = z
  .string()
  .refine((text) => parseExpectation(text) !== undefined, 'must be a comparison, e.g. "< 0.01" or "== ok"')
  .meta({ description: 'What the value must be: `< 0.01`, `>= 3`, `== ok`, `!= true`.' })

const address = z.string().regex(/^https?:\/\/[^/\s?#@]+(?:\/[^\s#@]*)?$/, 'must be a web address without credentials')

const prometheus = z.strictObject({
  name,
  prometheus: address.meta({ description: 'Address of a Prometheus that the operator lists.' }),
  query: z.string().trim().min(1, 'must be a query').max(2_000).meta({
    description: 'PromQL with one value as its answer; {app} and {environment} are filled in.',
  }),
  expect: expectation,
})

const json = z.strictObject({
  name,
  url: address.meta({
    description:
      'An address that answers JSON, below one that the operator lists; {app} and {environment} are filled in.',
  }),
  path: z.string().regex(JSON_PATH, 'must be a path into the answer, e.g. data.items[0].state').meta({
    description: 'Where in the answer the value is, e.g. `data.items[0].state`.',
  }),
  expect: expectation,
})

const metric = z.union([prometheus, json], {
  error: 'must be {name, prometheus, query, expect} or {name, url, path, expect}',
})

export type MetricInput = z.infer<typeof metric>

export const gates = z.strictObject({
  soak: duration.optional().meta({ description: 'How long upstream must have been healthy. Default 0.' }),
  approvals: count(0).optional().meta({ description: 'Approving reviews a promotion needs. Default 0.' }),
  teams: z
    .array(z.string().regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9_.-]+$/, 'must be org/team, e.g. acme/sre'))
    .optional()
    .meta({ description: 'org/team names; one approval must come from each.' }),
  fourEyes: z.boolean('must be true or false').optional().meta({
    description: 'Approvals of who asked for the promotion, or committed to its branch, do not count. Default true.',
  }),
  checks: z
    .array(z.string().trim().min(1, 'must be the name of a check').max(200))
    .optional()
    .meta({ description: 'Names of checks or commit statuses that must be green on the head.' }),
  metrics: z.array(metric).optional().meta({ description: 'What monitoring must say.' }),
})
