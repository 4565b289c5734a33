import { z } from 'zod'
import { DURATION } from './duration.ts'
import { NAME, NAME_RULE } from './names.ts'

export const name = z.string().regex(NAME, NAME_RULE)
export const names = z.array(name).min(1, 'must name at least one')
export const duration = z
  .union([z.literal(0), z.string().regex(DURATION)], { error: 'must be a duration: 10s, 10m, 1h or 0' })
  .meta({ description: 'A number with s, m or h, or 0.' })

export function count(least: number) {
  return z.int(`must be a whole number, ${least} or more`).min(least, `must be ${least} or more`)
}

/** Repositories of GitHub, by name or all of an owner. */
export const repositories = z
  .array(z.string().regex(/^[\w.-]+\/(?:\*|[\w.-]+)$/, 'must be owner/name or owner/*'))
  .min(1, 'must name at least one')
