import { z } from 'zod'
import { DURATION } from './duration.ts'
import { NAME, NAME_RULE } from './names.ts'
import { namespace, namespacePattern } from './namespace-pattern.ts'

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

const repositoryPattern = z.string().regex(/^[A-Za-z0-9-]+\/(?:\*|[A-Za-z0-9._-]+)$/, 'must be owner/name or owner/*')

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

const serviceAccount = z.strictObject({
  repository: repositoryPattern.optional().meta({
    description: 'Only for targets of this repository, or of all of an owner: owner/*. Default: of every repository.',
  }),
  environment: z.string().regex(NAME, NAME_RULE).meta({ description: 'Environment of the targets.' }),
  serviceAccount: z
    .string()
    .regex(new RegExp(`^${LABEL}/${LABEL}(?:\\.${LABEL})*$`), 'must be namespace/name')
    .meta({ description: 'The ServiceAccount whose rights count: namespace/name.' }),
})

const cluster = z.strictObject({
  name: z.string().regex(NAME, NAME_RULE).meta({ description: 'The name repositories use in `cluster:`.' }),
  kubeconfig: z.string().min(1, 'must be a file').optional().meta({ description: 'File, relative to this one.' }),
  context: z.string().min(1, 'must be a context').optional().meta({ description: 'Default: the current context.' }),
  inCluster: z.literal(true, 'must be true or absent').optional().meta({
    description: 'Lockstep runs in that cluster and uses its service account.',
  }),
  repositories: z
    .array(repositoryPattern)
    .min(1, 'must name at least one')
    .meta({ description: 'Repositories that may use it: owner/name or owner/*.' }),
  namespaces: z
    .array(namespacePattern)
    .optional()
    .meta({ description: 'Namespaces that may be changed, "*" at the end matches any rest. Default: any.' }),
  allowCommands: z.literal(true, 'must be true or absent').optional().meta({
    description:
      "Lets the kubeconfig's user log in by a command (`exec`), which then runs beside Lockstep. Default: such a kubeconfig is refused.",
  }),
  serviceAccounts: z.array(serviceAccount).optional().meta({
    description:
      "In whose name the objects of an environment's targets are written; the first entry that fits counts. Default: Lockstep's own.",
  }),
})

const environmentVariable = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of an environment variable, e.g. ACME_TOKEN')

const tokenEnv = environmentVariable
  .optional()
  .meta({ description: 'Environment variable that holds a token for it. Default: it is read without one.' })

const repository = z
  .string()
  .regex(
    /^(?:http:\/\/)?[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?(?:\/[\w~][\w.~+-]*)+(?:\/\*)?$/,
    'must be host/owner/name without https://, e.g. github.com/acme/bases, or host/owner/* for all of an owner',
  )

const chartRepository = z
  .string()
  .regex(/^(?:https?|oci):\/\/[^/\s?#@]+(?:\/[^\s?#]*)?$/, 'must be https://host/path or oci://host/path')

const remoteBase = z.union(
  [
    repository,
    z.strictObject({
      repository,
      tokenEnv,
      app: z.literal(true, 'must be true or absent').optional().meta({
        description:
          "Read it with the token of the GitHub App, which has to be installed on it; only on `github.url`'s host.",
      }),
    }),
  ],
  'must be host/owner/name, or a map with `repository`',
)

const chart = z.union(
  [
    chartRepository,
    z.strictObject({
      repository: chartRepository,
      tokenEnv,
      usernameEnv: environmentVariable.optional().meta({
        description:
          'Environment variable that holds the user name that goes with the token, where the repository wants one.',
      }),
      hosts: z
        .array(
          z
            .string()
            .regex(/^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/, 'must be a host, e.g. storage.googleapis.com'),
        )
        .optional()
        .meta({ description: 'Other hosts that it keeps its archives on, or sends those to who ask for a token.' }),
    }),
  ],
  'must be https://host/path or oci://host/path, or a map with `repository`',
)

/** What may be brought in from outside; the commands on a laptop read these alone. */
const remoteSources = {
  remoteBases: z.array(remoteBase).optional().meta({
    description: 'Repositories that kustomizations may build on: `github.com/acme/bases`. Default: none.',
  }),
  charts: z.array(chart).optional().meta({
    description:
      'Repositories of Helm charts: `https://charts.example.com/stable`, `oci://ghcr.io/acme/charts`. Default: none.',
  }),
  movedTags: z.enum(['warn', 'block'], 'must be warn or block').optional().meta({
    description:
      'What a tag does that no longer stands for what it first did: it is shown, or what uses it is refused. Default warn.',
  }),
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
    ...remoteSources,
  })
  .meta({ title: 'Lockstep operator configuration', description: 'What `--config` or LOCKSTEP_CONFIG names.' })

/** The same file where no server runs: only what rendering needs has to be there. */
export const clientSchema = operatorSchema.partial({ data: true, clusters: true })

export type OperatorInput = z.infer<typeof operatorSchema>
export type ClusterInput = z.infer<typeof cluster>
export type RemoteSourcesInput = Pick<OperatorInput, keyof typeof remoteSources>
