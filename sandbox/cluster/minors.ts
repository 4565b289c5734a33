import { LockstepError } from '../../src/model/errors.ts'

/** Kubernetes minors whose sources are pinned in `control-plane/<minor>`, each with the etcd that its API server is built against. */
const PINS = {
  '1.33': { kubernetes: '1.33.13', etcd: '3.5.21' },
  '1.34': { kubernetes: '1.34.4', etcd: '3.6.5' },
  '1.35': { kubernetes: '1.35.4', etcd: '3.6.5' },
} as const

export type Minor = keyof typeof PINS

export const MINORS = Object.keys(PINS) as Minor[]

/** What tests and the demo run on. */
export const DEFAULT_MINOR: Minor = '1.34'

export function pinOf(minor: Minor): (typeof PINS)[Minor] {
  return PINS[minor]
}

/** The minor that `LOCKSTEP_KUBERNETES` asks for (`1.33`). Throws SANDBOX_UNKNOWN_MINOR. */
export function minorOf(env: Readonly<Record<string, string | undefined>>): Minor {
  const wanted = env.LOCKSTEP_KUBERNETES || DEFAULT_MINOR
  const minor = MINORS.find((known) => known === wanted)
  if (minor) return minor
  throw new LockstepError({
    code: 'SANDBOX_UNKNOWN_MINOR',
    message: `LOCKSTEP_KUBERNETES is ${wanted}, and no sources of that minor are pinned.`,
    remedy: `Set it to one of ${MINORS.join(', ')}, or unset it.`,
  })
}
