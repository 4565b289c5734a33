import { z } from 'zod'
import { cluster } from './cluster-schema.ts'
import { DURATION } from './duration.ts'
import { monitoringSources } from './monitoring-schema.ts'
import { namespace } from './namespace-pattern.ts'
import { registrySources } from './registries.ts'
import { remoteSources } from './remote-sources-schema.ts'

const address = z
  .string()
  .regex(
    /^https?:\/\/[^/\s?#@]+(?:\/[^\s?#]*)?$/,
    'must be a web address without credentials, e.g. https://github.example.com',
  )

const amount = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`
  return z.int(error).min(least, error).max(most, error).optional()
}

const render = z
  .strictObject({
    workers: amount(1, 1_024).meta({
      description: 'Builds at once. Default: one a processor, as many as fit into half of the memory.',
    }),
    memory: amount(64, 1_048_576).meta({
      description: 'Megabytes that one build may take. Default 1024, on small machines a quarter of what they have.',
    }),
    deadline: z.string().regex(DURATION, 'must be a duration: 10s or 5m').optional().meta({
      description: 'How long one build may take, from 1s to 10m. Default 8s.',
    }),
    cache: amount(0, 1_048_576).meta({
      description:
        'Megabytes of renders kept below `data`, for its owner alone: they hold Secrets. 0 keeps none. Default 512.',
    }),
  })
  .optional()
  .meta({ description: 'What kustomize builds may take.' })

/** The shape of the operator's file, one value at a time. */
export const operatorSchema = z
  .strictObject({
    github: z
      .strictObject({
        url: address.optional().meta({ description: 'Web address. Default https://github.com.' }),
        apiUrl: address.optional().meta({
          description: 'REST address. Default https://api.github.com, or URL/api/v3 for GitHub Enterprise.',
        }),
      })
      .optional(),
    server: z
      .strictObject({
        host: z.string().min(1, 'must be an address').optional().meta({ description: 'Default 127.0.0.1.' }),
        port: amount(0, 65_535).meta({ description: 'Default 8080; 0 takes a free one.' }),
      })
      .optional(),
    sweep: z
      .strictObject({
        interval: z.string().regex(DURATION, 'must be a duration: 10s or 5m').optional().meta({
          description:
            'How often everything is derived again from Git, GitHub and the clusters. Default 5m, at most 5m.',
        }),
      })
      .optional(),
    ownership: z
      .strictObject({
        lease: z.string().regex(DURATION, 'must be a duration: 10s or 5m').optional().meta({
          description:
            'How long a cluster stays with a worker that is not heard of, from 2s to 1m; another takes it after at most one and two thirds of it. Default 12s.',
        }),
      })
      .optional()
      .meta({ description: 'Which worker holds a cluster.' }),
    data: z.string().min(1, 'must be a directory').meta({
      description: 'Directory of mirrors and caches, relative to this file; can be emptied at any time.',
    }),
    clusters: z.array(cluster).min(1, 'must register at least one cluster'),
    writes: z
      .strictObject({
        minimalGapMs: amount(0, 60_000).meta({ description: 'Milliseconds between two writes. Default 1000.' }),
        perMinute: amount(1, 100_000).meta({ description: 'Writes a minute. Default 60.' }),
        creationsPerHour: amount(1, 100_000).meta({
          description: 'Comments, checks and the like an hour. Default 400.',
        }),
      })
      .optional()
      .meta({ description: 'How fast Lockstep writes to one installation.' }),
    render,
    inventoryNamespace: namespace.optional().meta({
      description: 'Namespace of each cluster that holds the inventories. Default lockstep-system.',
    }),
    events: z.boolean('must be true or false').optional().meta({
      description: 'Tell what happens to objects as Kubernetes Events on them. Default true.',
    }),
    metrics: monitoringSources,
    registries: registrySources,
    ...remoteSources,
  })
  .meta({ title: 'Lockstep operator configuration', description: 'What `--config` or LOCKSTEP_CONFIG names.' })

/** The same file where no server runs: only what rendering needs has to be there. */
export const clientSchema = operatorSchema.partial({ data: true, clusters: true })

export type OperatorInput = z.infer<typeof operatorSchema>
