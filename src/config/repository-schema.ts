import { z } from 'zod'
import { carry, fieldPath } from './carry-schema.ts'
import { driftSchema } from './drift-schema.ts'
import { freeze } from './freeze-schema.ts'
import { gates } from './gates-schema.ts'
import { namespacePattern } from './namespace-pattern.ts'
import { templateFault } from './path-template.ts'
import { health, kinds, order, removal, suspend, takeover, track, waves } from './reconcile-schema.ts'
import { count, name, names } from './schema-parts.ts'
import { versions } from './versions.ts'

const after = z
  .union([z.array(name), z.strictObject({ any: names }), z.strictObject({ atLeast: count(1), of: names })], {
    error: 'must be a list of environments, {any: [...]} or {atLeast: N, of: [...]}',
  })
  .meta({ description: 'Environments directly before this one: all of a list, any of them, or at least N of them.' })

const team = z.string().regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9_.-]+$/, 'must be org/team, e.g. acme/sre')

const commands = z.strictObject({
  teams: z
    .array(team)
    .min(1, 'must name at least one')
    .meta({ description: 'org/team names; who commands here must be a member of one, besides having write access.' }),
})

const changes = z.enum(['allow', 'approvals', 'refuse'])

const environment = z.strictObject({
  name: name
    .refine((text) => text !== 'all', 'is "all", the word commands use for every environment')
    .refine((text) => text !== 'train', 'is "train", a word branch names use'),
  cluster: name.optional().meta({ description: "The operator's name of the cluster." }),
  clusters: names.optional().meta({ description: 'Several clusters instead of one.' }),
  after: after.optional(),
  promote: z.enum(['auto', 'manual']).optional().meta({ description: 'Who merges a promotion. Default manual.' }),
  promotions: z.enum(['latest', 'every']).optional().meta({
    description:
      'To the newest version alone, or each version that upstream was healthy with, in order. Default latest.',
  }),
  gates: gates.optional(),
  changes: changes.optional().meta({
    description: 'What other pull requests meet that change what runs here: allow (default), approvals or refuse.',
  }),
  commands: commands.optional().meta({ description: 'Who may command here. Default: everybody with write access.' }),
  freeze: z.array(freeze).optional().meta({ description: 'Weekly or dated windows without promotions.' }),
  namespaces: z.array(namespacePattern).optional().meta({ description: 'Namespaces objects may be in. Default: any.' }),
  kinds: kinds.optional(),
  drift: driftSchema.optional().meta({ description: 'Overrides of the global `drift` for this environment.' }),
  track: track.optional().meta({ description: 'What it runs instead of the default branch.' }),
  suspend: suspend.optional(),
  waves: waves.optional(),
  order: order.optional().meta({ description: 'Instead of the global `order` for this environment.' }),
  health: health.optional().meta({ description: 'Overrides of the global `health`; its rules come first.' }),
  removal: removal.optional().meta({ description: 'Instead of the global `removal` for this environment.' }),
})

const template = z.string().superRefine((text, context) => {
  const fault = templateFault(text)
  if (fault) context.addIssue(fault)
})

/** The shape of `.lockstep.yaml`, one value at a time. What several values mean together is in repository-rules.ts. */
export const repositorySchema = z
  .strictObject({
    version: z.literal(1, 'must be 1'),
    overlays: z
      .union([template, z.array(template).min(1, 'must name at least one')], {
        error: 'must be a path template, e.g. apps/{app}/overlays/{environment}, or a list of them',
      })
      .meta({
        description: 'Where overlays stand: a path with {app}, {environment} and {cluster}; the first match wins.',
      }),
    application: name.optional().meta({ description: 'Name of the one application when no template has {app}.' }),
    environments: z.array(environment).min(1, 'must declare at least one environment'),
    carry: z.array(carry).optional().meta({ description: 'Fields a promotion moves. Default: images, refs, charts.' }),
    keep: z
      .array(fieldPath)
      .optional()
      .meta({ description: 'Fields that differ between environments on purpose. Default: replicas, patches.' }),
    drift: driftSchema.optional().meta({ description: 'What is done about drift.' }),
    prune: z
      .strictObject({ limit: count(0).optional().meta({ description: 'Most objects deleted at once. Default 10.' }) })
      .optional(),
    order: order
      .optional()
      .meta({ description: 'For an application, those that must be healthy at their newest render first.' }),
    health: health.optional().meta({ description: 'When live objects count as healthy.' }),
    removal: removal
      .optional()
      .meta({ description: 'What happens to the objects of targets that left Git. Default orphan.' }),
    takeover: takeover.optional(),
    versions,
  })
  .meta({ title: 'Lockstep repository configuration', description: '`.lockstep.yaml` at the root of a repository.' })

export type RepositoryInput = z.infer<typeof repositorySchema>
export type EnvironmentInput = z.infer<typeof environment>
export type DriftInput = z.infer<typeof driftSchema>
