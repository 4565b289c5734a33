import { z } from 'zod'
import { duration } from './schema-parts.ts'

const KIND = /^[A-Z][A-Za-z0-9]*(?:\.[a-z0-9][a-z0-9.-]*)?$/

/** `/spec/replicas`; `~1` and `~0` stand for `/` and `~`. */
const POINTER = /^(?:\/(?:[^/~]|~[01])+)+$/

const words = z.array(z.string().trim().min(1, 'must not be empty')).min(1, 'must name at least one')

const ignoreRule = z
  .strictObject({
    kind: z.string().regex(KIND, 'must be a kind, e.g. Deployment or Certificate.cert-manager.io').optional().meta({
      description: 'Kind, with its group where it matters: Certificate.cert-manager.io. Default: every kind.',
    }),
    name: z.string().min(1, 'must not be empty').optional().meta({ description: 'Name. Default: every object.' }),
    pointers: z
      .array(z.string().regex(POINTER, 'must be a JSON pointer, e.g. /spec/replicas'))
      .min(1, 'must name at least one')
      .optional()
      .meta({ description: 'JSON pointers of the fields; * stands for any one key or index.' }),
    managers: words.optional().meta({ description: 'Field managers whose writes are left alone.' }),
  })
  .refine(
    ({ pointers, managers }) => pointers !== undefined || managers !== undefined,
    'must name pointers or managers',
  )

/** `drift:` of the file and of an environment. */
export const driftSchema = z.strictObject({
  policy: z.enum(['heal', 'report']).optional().meta({ description: 'What happens to live changes. Default heal.' }),
  pullRequests: z.enum(['block', 'warn']).optional().meta({ description: 'What drift does to a gate. Default block.' }),
  blockAfter: duration.optional().meta({ description: 'How old drift is before it blocks. Default 10s.' }),
  ignore: z.array(ignoreRule).optional().meta({
    description: "Fields that are left to whoever writes them; an environment's rules come after the global ones.",
  }),
  people: words.optional().meta({
    description: 'Field managers that are people, besides kubectl and the like: what they add to an object is drift.',
  }),
})
