import { z } from 'zod'

/** What `lockstep/state` says about an application's way into one environment, apart from its pull requests. */
const name = z.string().min(1)
const sha = z.string().regex(/^[\da-f]{40,64}$/)
const hash = z.string().regex(/^[\da-f]{64}$/)
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time')

/** A hop that changed nothing of what is rendered, done without a pull request. The newest one; older ones are in the branch's history. */
export const hopSchema = z.strictObject({
  environment: name,
  application: name,
  from: name,
  planHash: hash,
  /** Tip of the default branch when it was recorded. */
  revision: sha,
  /** Of the upstream environment's own files then. */
  upstream: hash,
  at: time,
})

/** Carried values that upstream ran and was healthy with. */
const versionSchema = z.strictObject({
  from: name,
  /** A commit of the default branch at which upstream has these values. */
  source: sha,
  values: hash,
  at: time,
})

/** Where each version of upstream is promoted: those still to come, oldest first. */
export const versionsSchema = z.strictObject({
  environment: name,
  application: name,
  /** `values` of the newest ever seen, promoted or not. */
  newest: hash,
  waiting: z.array(versionSchema),
})

export type Hop = z.infer<typeof hopSchema>
export type Version = z.infer<typeof versionSchema>
export type Versions = z.infer<typeof versionsSchema>

export interface Edge {
  readonly environment: string
  readonly application: string
}

/** Names hold no `+`. */
export function edgeKey({ environment, application }: Edge): string {
  return `${environment}+${application}`
}
