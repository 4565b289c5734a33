import { type Logger, pino } from 'pino'

export type Log = Logger

/** One JSON line an event on stderr. Payloads, manifests and credentials are never put into it. */
export function createLog(level = process.env.LOCKSTEP_LOG_LEVEL ?? 'info'): Log {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
}
