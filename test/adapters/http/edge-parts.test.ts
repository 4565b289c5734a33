import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createMetrics } from '../../../src/adapters/http/metrics.ts'
import { RecentDeliveries } from '../../../src/adapters/http/recent-deliveries.ts'
import { isSigned, signatureOf } from '../../../src/adapters/http/signature.ts'

describe('signatures', () => {
  test("are those GitHub's documentation shows", () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(signatureOf("It's a Secret to Everybody", Buffer.from('Hello, World!'))).toBe(signature)
  })

  test('hold for the very bytes and the very secret only', () => {
    const bytes = fc.uint8Array({ maxLength: 64 })
    fc.assert(
      fc.property(bytes, bytes, fc.string(), fc.string(), (body, other, secret, guess) => {
        expect(isSigned(secret, body, signatureOf(secret, body))).toBe(true)
        if (!Buffer.from(body).equals(other)) expect(isSigned(secret, other, signatureOf(secret, body))).toBe(false)
        if (!sameKey(secret, guess)) expect(isSigned(secret, body, signatureOf(guess, body))).toBe(false)
      }),
    )
  })

  test('of any form can be given without an error', () => {
    fc.assert(fc.property(fc.string(), (given) => expect(isSigned('secret', Buffer.from('x'), given)).toBe(false)))
  })
})

/** HMAC pads keys with zeros, so some different texts are one key. */
function sameKey(one: string, other: string): boolean {
  const digest = (key: string) => createHmac('sha256', key).digest('hex')
  return digest(one) === digest(other)
}

test('the newest deliveries are remembered, and no more than that', () => {
  const recent = new RecentDeliveries(2)
  for (const id of ['a', 'b', 'b', 'c']) recent.add(id)
  expect(['a', 'b', 'c'].map((id) => recent.has(id))).toEqual([false, true, true])
})

test('metrics tell webhooks, jobs and the budget GitHub leaves', async () => {
  const metrics = createMetrics()
  metrics.webhook('push', 'accepted')
  metrics.job('preview', 'done', 0.3)
  metrics.githubCall({ route: 'GET /app', status: 200, remaining: 4999, resource: 'core' })
  metrics.githubCall({ route: 'GET /app', status: 0 })
  const text = await metrics.text()
  expect(text).toContain('lockstep_webhooks_total{event="push",result="accepted"} 1')
  expect(text).toContain('lockstep_job_seconds_bucket{le="1",kind="preview",outcome="done"} 1')
  expect(text).toContain('lockstep_github_requests_total{route="GET /app",status="200"} 1')
  expect(text).toContain('lockstep_github_requests_total{route="GET /app",status="0"} 1')
  expect(text).toContain('lockstep_github_ratelimit_remaining{resource="core"} 4999')
  expect(text).toContain('process_resident_memory_bytes')
})

test('every metric is documented, and none that does not exist', async () => {
  const metrics = createMetrics()
  metrics.webhook('push', 'accepted')
  metrics.job('preview', 'done', 0.3)
  metrics.githubCall({ route: 'GET /app', status: 200, remaining: 1 })
  const page = readFileSync('docs/reference/metrics.md', 'utf8')
  const documented = [...page.matchAll(/^\| `(lockstep_\w+)` \| (\w+) \| (.*?) \|/gm)].map(
    ([, name, kind]) => `${name} ${kind}`,
  )
  const existing = [...(await metrics.text()).matchAll(/^# TYPE (lockstep_\w+) (\w+)$/gm)].map(
    ([, name, kind]) => `${name} ${kind}`,
  )
  expect(documented.sort()).toEqual(existing.sort())
})
