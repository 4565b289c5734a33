import { z } from 'zod'
import { NAME, NAME_RULE } from './names.ts'
import { namespacePattern } from './namespace-pattern.ts'

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

/** One entry of `clusters`: how it is reached, who may use it and in whose name. */
export const cluster = z.strictObject({
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

export type ClusterInput = z.infer<typeof cluster>
