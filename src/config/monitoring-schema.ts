import { z } from 'zod'
import { environmentVariable } from './remote-sources-schema.ts'
import { repositories } from './schema-parts.ts'

const source = z.strictObject({
  address: z
    .string()
    .regex(/^https?:\/\/[^/\s?#@]+(?:\/[^\s?#@]*)?$/, 'must be a web address without credentials or query')
    .meta({ description: 'Everything below it may be asked.' }),
  repositories: repositories
    .optional()
    .meta({ description: 'Repositories whose gates may ask it, `owner/name` or `owner/*`. Default: all.' }),
  tokenEnv: environmentVariable
    .optional()
    .meta({ description: 'Environment variable that holds a token for it. Default: it is asked without one.' }),
  usernameEnv: environmentVariable.optional().meta({
    description: 'Environment variable that holds the user name that goes with the token, where it wants one.',
  }),
})

export const monitoringSources = z
  .array(source)
  .optional()
  .meta({ description: 'Monitoring systems that `gates.metrics` of repositories may ask. Default: none.' })

export type MonitoringInput = z.infer<typeof monitoringSources>
