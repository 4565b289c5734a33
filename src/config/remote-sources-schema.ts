import { z } from 'zod'

export const environmentVariable = z
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
export const remoteSources = {
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

export type RemoteSourcesInput = z.infer<z.ZodObject<typeof remoteSources>>
