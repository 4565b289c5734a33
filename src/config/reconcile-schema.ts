import { z } from 'zod'
import { parseHealthExpression } from './health-expression.ts'
import { duration, name, names } from './schema-parts.ts'

const BRANCH = /^(?![-/])(?!.*(?:\.\.|\/\/|@\{|[\s~^:?*[\\]))(?!.*(?:\.|\/|\.lock)$)[^\p{Cc}]{1,255}$/u
const TAG_PATTERN = /^(?![-/])(?!.*(?:\.\.|\/\/|@\{|[\s~^:?[\\]))[^\p{Cc}]{1,255}$/u

export const track = z
  .strictObject({
    branch: z.string().regex(BRANCH, 'must be the name of a branch').optional(),
    tag: z
      .string()
      .regex(TAG_PATTERN, 'must be a tag, or a pattern such as v1.*')
      .optional()
      .meta({ description: 'A tag, or a pattern such as v1.*: the highest version of those that match.' }),
    commit: z
      .string()
      .regex(/^(?:[\da-f]{40}|[\da-f]{64})$/, 'must be a full commit id')
      .optional(),
  })
  .refine((pin) => Object.keys(pin).length === 1, 'must be one of {branch: NAME}, {tag: PATTERN} and {commit: SHA}')

export const suspend = z.boolean().meta({ description: 'Nothing is applied, healed or pruned. Default false.' })

export const removal = z.enum(['orphan', 'delete'])

export const waves = z
  .array(
    z.union(
      [
        names,
        z.strictObject({
          clusters: names,
          soak: duration.optional().meta({ description: 'How long the waves before it were healthy. Default 0.' }),
        }),
      ],
      { error: 'must be a list of clusters, or {clusters: [...], soak: 10m}' },
    ),
  )
  .min(1, 'must hold at least one wave')
  .meta({ description: 'Its clusters in the order in which a new render reaches them.' })

export const order = z.record(name, names)

const expression = z.string().superRefine((text, context) => {
  const parsed = parseHealthExpression(text)
  if ('fault' in parsed) context.addIssue({ code: 'custom', message: parsed.fault })
})

const healthRule = z
  .strictObject({
    kind: z
      .string()
      .regex(
        /^[A-Z][A-Za-z0-9]{0,62}(?:\.[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)?$/,
        'must be KIND.GROUP, or KIND of the core',
      )
      .meta({ description: 'e.g. Certificate.cert-manager.io, or Pod.' }),
    degraded: expression.optional().meta({ description: 'CEL: it failed. Asked first.' }),
    progressing: expression.optional().meta({ description: 'CEL: it is on its way. Asked second.' }),
    healthy: expression
      .optional()
      .meta({ description: 'CEL: it is healthy. Asked last; where it is not, it is on its way.' }),
  })
  .refine(
    ({ degraded, progressing, healthy }) => degraded ?? progressing ?? healthy,
    'must say healthy, progressing or degraded',
  )

export const health = z.strictObject({
  timeout: duration.optional().meta({ description: 'How long objects may take to become healthy. Default 5m.' }),
  rules: z
    .array(healthRule)
    .optional()
    .meta({ description: 'For kinds that the built-in rules do not know, or judge otherwise.' }),
})

/** `Deployment.apps`, `Secret`, `*.example.com` for all of a group, `*` for all kinds that have a namespace. */
const kindPattern = z
  .string()
  .regex(
    /^(?:\*|(?:\*|[A-Z][A-Za-z0-9]{0,62})\.[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[A-Z][A-Za-z0-9]{0,62})$/,
    'must be KIND.GROUP, KIND of the core, *.GROUP or *',
  )
const kindPatterns = z.array(kindPattern).min(1, 'must name at least one')

export const kinds = z
  .strictObject({
    allow: kindPatterns.optional().meta({
      description: 'Only these: KIND.GROUP, KIND of the core, *.GROUP, or * for all kinds that have a namespace.',
    }),
    deny: kindPatterns.optional().meta({ description: 'None of these, whatever is allowed.' }),
  })
  .refine(({ allow, deny }) => allow ?? deny, 'must say allow or deny')
  .meta({
    description:
      'Kinds objects may be of. Default: any; where `namespaces` is set, none without a namespace but those.',
  })

export const takeover = z
  .array(z.string().regex(/^[^\s*]+\*?$/, 'must be a field manager, or the beginning of one and "*"'))
  .min(1, 'must name at least one')
  .meta({
    description:
      'Field managers of earlier tools, besides kubectl, Helm, Flux, Argo CD and the like: what they applied becomes ours.',
  })

export type WavesInput = z.infer<typeof waves>
export type HealthInput = z.infer<typeof health>
