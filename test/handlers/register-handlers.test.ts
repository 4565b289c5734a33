import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { HANDLERS, registerHandlers } from '../../src/handlers/handlers.ts'
import type { Job } from '../../src/model/job.ts'
import { recordedEvent } from '../support/recorded-event.ts'

type Listener = (event: { id: string; payload: unknown }) => Promise<void>

/** What Probot would call, with a queue that keeps or refuses jobs, and the lines that were logged. */
function registered(add: (job: Job) => Promise<void> = async () => {}) {
  const listeners = new Map<string, Listener>()
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const app = { on: (event: string, listener: Listener) => void listeners.set(event, listener) }
  registerHandlers(app as unknown as Parameters<typeof registerHandlers>[0], { add }, log)
  const receive = (event: string, payload: unknown) => listeners.get(event)?.({ id: 'delivery-1', payload })
  return { listeners, lines, receive }
}

test('every handled event has one listener', () => {
  expect([...registered().listeners.keys()].sort()).toEqual(Object.keys(HANDLERS).sort())
})

test('jobs are stored in order before the event is over', async () => {
  const kinds: string[] = []
  const { receive } = registered(async (job) => void kinds.push(job.kind))
  await receive('push', recordedEvent('push.default-branch').payload)
  expect(kinds).toEqual(['dispatch', 'promotions', 'warm'])
})

test('an event whose job cannot be stored fails with 503, and its payload is not logged', async () => {
  const { receive, lines } = registered(async () => Promise.reject(new Error('Redis is down')))
  const { payload } = recordedEvent('issue_comment.created-command')
  await expect(receive('issue_comment', payload)).rejects.toMatchObject({ status: 503 })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('Redis is down')
  expect(lines[0]).not.toContain('/promote')
})

test('a payload that makes no sense is ignored with one line', async () => {
  const { receive, lines } = registered(async () => Promise.reject(new Error('not reached')))
  await receive('push', { ref: 7, secret: 'do not log' })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('WEBHOOK_PAYLOAD')
  expect(lines[0]).not.toContain('do not log')
})
