import { z } from 'zod'
import type { Problem } from '../model/errors.ts'
import { isImageName } from '../model/image-name.ts'
import { suggestName } from '../model/nearest-name.ts'
import { parseTagPattern } from '../model/tag-pattern.ts'
import { parseRange } from '../model/version-range.ts'
import type { Problems } from './rule-problems.ts'
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

const MOST = 500
const SHAPE = 'must be {semver: RANGE} or {regex: PATTERN, order: numeric|alphabetical}'

const policy = z
  .strictObject({
    semver: z
      .string()
      .refine((text) => parseRange(text) !== undefined, 'must be a range of versions, e.g. ">=1.2 <2"')
      .optional()
      .meta({
        description: 'Range of semantic versions, e.g. `>=1.2 <2`. Pre-releases only where it names one: `>=2.0.0-0`.',
      }),
    regex: z
      .string()
      .superRefine((text, context) => {
        const pattern = parseTagPattern(text)
        if (typeof pattern === 'string') context.addIssue(pattern)
      })
      .optional()
      .meta({
        description: 'Pattern for tags (RE2), e.g. `^main-(?<n>\\d+)$`; the group `n`, or the first, is compared.',
      }),
    order: z.enum(['numeric', 'alphabetical'], 'must be numeric or alphabetical').optional().meta({
      description: 'How what the pattern finds is compared; numeric leaves out what is no whole number.',
    }),
  })
  .refine((given) => toPolicy(given) !== undefined, SHAPE)

type PolicyInput = { readonly [key in 'semver' | 'regex']?: string | undefined } & {
  readonly order?: 'numeric' | 'alphabetical' | undefined
}

/** Undefined where keys stand together that do not belong together. */
function toPolicy({ semver, regex, order }: PolicyInput): VersionPolicy | undefined {
  if (semver !== undefined) return regex === undefined && order === undefined ? { semver } : undefined
  return regex !== undefined && order !== undefined ? { regex, order } : undefined
}

const watch = z.strictObject({
  image: z
    .string()
    .refine(isImageName, 'must be the name of an image without a tag, e.g. ghcr.io/acme/web')
    .meta({ description: 'The image as overlays and manifests name it; its registry is in its name.' }),
  apps: names.optional().meta({ description: 'Only these applications. Default: all that use the image.' }),
  policy,
  environment: name.optional().meta({ description: 'Where new versions may begin in several environments.' }),
})

export const versions = z.array(watch).max(MOST, `must be at most ${MOST}`).optional().meta({
  description: 'Images whose registries are watched; a new version is proposed by a pull request. Default: none.',
})

export type VersionsInput = z.infer<typeof versions>

export function toVersionWatches(input: NonNullable<VersionsInput>): VersionWatch[] {
  return input.flatMap(({ image, apps, policy: given, environment }) => {
    const policy = toPolicy(given)
    return policy ? { image, ...(apps && { apps }), policy, ...(environment !== undefined && { environment }) } : []
  })
}

export const versionsShape = z.object({
  versions: z.array(
    z.object({
      image: z.string(),
      apps: z.array(z.string()).optional(),
      environment: z.string().optional(),
    }),
  ),
  environments: z.array(z.object({ name: z.string() })),
})

type WatchShape = z.infer<typeof versionsShape>['versions'][number]

/** What the schema cannot say: environments are declared, and an application has one policy for an image. */
export function versionsProblems(
  { versions, environments }: z.infer<typeof versionsShape>,
  problem: Problems,
): Problem[] {
  const declared = environments.map((each) => each.name)
  return versions.flatMap(({ image, environment }, index) => {
    const isUnknown = environment !== undefined && !declared.includes(environment)
    const twin = versions.slice(0, index).findIndex((other) => meet(other, versions[index] ?? other))
    return [
      ...(isUnknown
        ? [
            problem(
              'CONFIG_UNKNOWN_ENVIRONMENT',
              ['versions', index, 'environment'],
              `\`versions\` names an environment "${environment}" that is not declared.`,
              suggestName(environment, declared),
            ),
          ]
        : []),
      ...(twin >= 0
        ? [
            problem(
              'CONFIG_DUPLICATE',
              ['versions', index],
              `"${image}" is watched by entry ${twin + 1} of \`versions\` already.`,
              'Keep one, or give each its own `apps` or `environment`.',
            ),
          ]
        : []),
    ]
  })
}

/** Both could decide about the image of one application in one environment. */
function meet(one: WatchShape, other: WatchShape): boolean {
  const overlap = (a?: readonly string[], b?: readonly string[]) => !a || !b || a.some((name) => b.includes(name))
  const environment = ({ environment: named }: WatchShape) => (named === undefined ? undefined : [named])
  return one.image === other.image && overlap(one.apps, other.apps) && overlap(environment(one), environment(other))
}
