import { z } from 'zod'
import type { Problem } from '../model/errors.ts'
import { DURATION, parseDuration } from './duration.ts'
import { environmentVariable } from './remote-sources-schema.ts'
import { repositories } from './schema-parts.ts'
import type { YamlSource } from './yaml-source.ts'

/** A registry of images that may be asked for tags. */
export interface RegistrySource {
  /** `ghcr.io`, `127.0.0.1:5000`; without TLS on this machine alone. */
  readonly host: string
  /** `owner/name` or `owner/*`, in lower case; absent: any. */
  readonly repositories?: readonly string[]
  /** Environment variables with the credentials. */
  readonly usernameEnv?: string
  readonly passwordEnv?: string
  /** Other hosts that it sends to. */
  readonly hosts: readonly string[]
  /** An image is asked for at most this often. */
  readonly intervalMs: number
}

const host = z
  .string()
  .regex(/^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/, 'must be a host without https://, e.g. ghcr.io')

const source = z.strictObject({
  host,
  repositories: repositories
    .optional()
    .meta({ description: 'Repositories whose `versions` may watch it, `owner/name` or `owner/*`. Default: all.' }),
  usernameEnv: environmentVariable.optional().meta({ description: 'Environment variable that holds the user name.' }),
  passwordEnv: environmentVariable.optional().meta({
    description: 'Environment variable that holds the password or token. Default: it is asked without one.',
  }),
  hosts: z.array(host).optional().meta({ description: 'Other hosts that it sends those to who ask for a token.' }),
  interval: z.string().regex(DURATION, 'must be a duration: 30s or 5m').optional().meta({
    description: 'How often an image is asked for at most. Default 2m.',
  }),
})

export const registrySources = z
  .array(source)
  .optional()
  .meta({ description: 'Registries that `versions` of repositories may watch. Default: none.' })

export type RegistriesInput = z.infer<typeof registrySources>

export function toRegistries(input: RegistriesInput = []): RegistrySource[] {
  return input.map(({ host, repositories, usernameEnv, passwordEnv, hosts = [], interval = '2m' }) => ({
    host,
    ...(repositories && { repositories: repositories.map((name) => name.toLowerCase()) }),
    ...(usernameEnv && { usernameEnv }),
    ...(passwordEnv && { passwordEnv }),
    hosts,
    intervalMs: parseDuration(interval),
  }))
}

/** The entry that lets a repository (`owner/name`) ask a registry. */
export function allowedRegistry(
  sources: readonly RegistrySource[],
  host: string,
  repository: string,
): RegistrySource | undefined {
  const name = repository.toLowerCase()
  const fits = (listed: string) => (listed.endsWith('/*') ? name.startsWith(listed.slice(0, -1)) : name === listed)
  return sources.find((each) => each.host === host && (each.repositories?.some(fits) ?? true))
}

/** What the schema cannot say: a user name goes with a password. */
export function registryProblems(source: YamlSource): Problem[] {
  const { registries } = (source.value ?? {}) as { registries?: unknown }
  if (!Array.isArray(registries)) return []
  return registries.flatMap((entry: unknown, index) => {
    const { host, usernameEnv, passwordEnv } = Object(entry) as Partial<Record<string, unknown>>
    if ((usernameEnv === undefined) === (passwordEnv === undefined)) return []
    const message = `${host} has one of \`usernameEnv\` and \`passwordEnv\` without the other.`
    const place = source.placeOfValue(['registries', index])
    return [{ code: 'CONFIG_INVALID', message, file: source.file, ...place, remedy: 'Give both or none.' }]
  })
}
