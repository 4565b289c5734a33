import type { Fault } from './fault-proxy.ts'

/** What an API server, or something before it, does to a request on a bad day. */
export const FAULTS = {
  '429 with Retry-After': refusal(429, 'TooManyRequests', { 'retry-after': '1' }),
  '500': refusal(500, 'InternalError'),
  '503': refusal(503, 'ServiceUnavailable'),
  'an error page of a proxy': {
    answer: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
  },
  'a login that expired': refusal(401, 'Unauthorized'),
  'a connection reset before the answer': 'reset',
  'a connection reset in the middle of the body': 'cut',
  'an answer lost after the server did it': 'reset-after',
  'no answer': 'hang',
} as const satisfies Readonly<Record<string, Fault>>

/** The version is too old: of a continued list, or of a watch. */
export const EXPIRED: Fault = refusal(410, 'Expired')
/** The same, told inside of a stream that opened well. */
export const EXPIRED_EVENT: Fault = {
  answer: { status: 200, body: `${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired') })}\n` },
}

function refusal(code: number, reason: string, headers: Record<string, string> = {}): Fault {
  return { answer: { status: code, headers, body: JSON.stringify(status(code, reason)) } }
}

function status(code: number, reason: string) {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: `the server says ${code}`, reason, code }
}
