import { z } from 'zod'

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

export const namespace = z.string().regex(new RegExp(`^${LABEL}$`), 'must be a namespace')

/** A namespace, the beginning of one and `*`, or `*` alone. */
export const namespacePattern = z
  .string()
  .regex(
    new RegExp(`^(?:\\*|${LABEL}|[a-z0-9][a-z0-9-]{0,61}\\*)$`),
    'must be a namespace, or the beginning of one and "*"',
  )

/** Whether a list of patterns allows a namespace; an empty list allows every one. */
export function allowsNamespace(patterns: readonly string[], name: string): boolean {
  if (patterns.length === 0) return true
  return patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern))
}
