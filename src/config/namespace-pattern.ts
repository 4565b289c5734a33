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
