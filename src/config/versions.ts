import { z } from 'zod'
import type { Problem } from '../model/errors.ts'
import { isImageName } from '../model/image-name.ts'
import { suggestName } from '../model/nearest-name.ts'
import { parseTagPattern } from '../model/tag-pattern.ts'
import { parseRange } from '../model/version-range.ts'
import { type Problems, repeats } from './rule-problems.ts'
import { name, names } from './schema-parts.ts'

/** An image whose registry is watched for new versions. */
export interface VersionWatch {
  /** As in `images:` and manifests, e.g. `ghcr.io/acme/web`. */
  readonly image: string
  /** Absent: every application that uses the image. */
  readonly apps?: readonly string[]
  readonly policy: VersionPolicy
  /** Where new versions may begin in several. */
  readonly environment?: string
}

/** Which of the tags is the newest: a range of semantic versions, or what a pattern finds in them. */
export type VersionPolicy =
  | { readonly semver: string }
  | { readonly regex: string; readonly order: 'numeric' | 'alphabetical' }

const semver = z.strictObject({
  semver: z
    .string()
    .refine((text) => parseRange(text) !== undefined, 'must be a range of versions, e.g. ">=1.2 <2"')
    .meta({
      description: 'Range of semantic versions, e.g. `>=1.2 <2`. Pre-releases only where it names one: `>=2.0.0-0`.',
    }),
})

const regex = z.strictObject({
  regex: z
    .string()
    .superRefine((text, context) => {
      const pattern = parseTagPattern(text)
      if (typeof pattern === 'string') context.addIssue(pattern)
    })
    .meta({
      description: 'Pattern for tags (RE2), e.g. `^main-(?<n>\\d+)$`; the group `n`, or the first, is compared.',
    }),
  order: z.enum(['numeric', 'alphabetical'], 'must be numeric or alphabetical').meta({
    description: 'How what the pattern finds is compared; numeric leaves out what is no whole number.',
  }),
})

const watch = z.strictObject({
  image: z
    .string()
    .refine(isImageName, 'must be the name of an image without a tag, e.g. ghcr.io/acme/web')
    .meta({ description: 'The image as overlays and manifests name it; its registry is in its name.' }),
  apps: names.optional().meta({ description: 'Only these applications. Default: all that use the image.' }),
  policy: z.union([semver, regex], {
    error: 'must be {semver: RANGE} or {regex: PATTERN, order: numeric|alphabetical}',
  }),
  environment: name.optional().meta({ description: 'Where new versions may begin in several environments.' }),
})

export const versions = z.array(watch).optional().meta({
  description: 'Images whose registries are watched; a new version is proposed by a pull request. Default: none.',
})

export type VersionsInput = z.infer<typeof versions>

export function toVersionWatches(input: NonNullable<VersionsInput>): VersionWatch[] {
  return input.map(({ image, apps, policy, environment }) => ({
    image,
    ...(apps && { apps }),
    policy,
    ...(environment !== undefined && { environment }),
  }))
}

export const versionsShape = z.object({
  versions: z.array(z.unknown()),
  environments: z.array(z.object({ name: z.string() })),
})

/** What the schema cannot say: environments are declared, and no image is watched twice in the same way. */
export function versionsProblems(config: z.infer<typeof versionsShape>, problem: Problems): Problem[] {
  const declared = config.environments.map((environment) => environment.name)
  const unknown = config.versions.flatMap((entry, index) => {
    const named = (entry as { environment?: unknown } | null)?.environment
    if (typeof named !== 'string' || declared.includes(named)) return []
    const message = `\`versions\` names an environment "${named}" that is not declared.`
    return [
      problem('CONFIG_UNKNOWN_ENVIRONMENT', ['versions', index, 'environment'], message, suggestName(named, declared)),
    ]
  })
  const twice = repeats(config.versions.map((entry) => JSON.stringify(entry))).map((index) =>
    problem('CONFIG_DUPLICATE', ['versions', index], 'The same entry stands twice in versions.', 'Keep one.'),
  )
  return [...unknown, ...twice]
}
