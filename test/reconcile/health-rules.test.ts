import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseAllDocuments } from 'yaml'
import type { JsonObject } from '../../src/model/json.ts'
import type { Health } from '../../src/model/target-status.ts'
import { healthRules } from '../../src/reconcile/health/custom-rules.ts'
import { objectHealth } from '../../src/reconcile/health/health.ts'

const DIRECTORY = new URL('../fixtures/health/', import.meta.url)

interface Row {
  readonly case: string
  readonly health: Health
  /** Part of the verdict's message. */
  readonly says?: string
  readonly object: JsonObject
}

const rows = readdirSync(DIRECTORY).flatMap((file) =>
  parseAllDocuments(readFileSync(new URL(file, DIRECTORY), 'utf8')).map((document) => document.toJS() as Row),
)

describe('what other projects leave in a status', () => {
  test.each(rows.map((row) => [`${row.case} (${row.object.kind})`, row] as const))('%s', (_, {
    health,
    says,
    object,
  }) => {
    const verdict = objectHealth(object)
    expect(verdict.health).toBe(health)
    if (health === 'Healthy') expect(verdict.message).toBe('')
    else expect(verdict.message).toContain(says)
  })
})

const kinds = [...new Set(rows.map(({ object }) => `${object.apiVersion} ${object.kind}`))]

test('whatever stands in a status, there is a verdict, and it says what it waits for unless it is healthy', () => {
  const word = fc.constantFrom(
    'True',
    'False',
    'Unknown',
    'Ready',
    'Failed',
    'Healthy',
    'Bound',
    '',
    'Synced',
    'Stalled',
  )
  const condition = fc.oneof(fc.record({ type: word, status: word, reason: word, message: word }), fc.jsonValue())
  const status = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(
      fc.constantFrom(
        'conditions',
        'phase',
        'replicas',
        'observedGeneration',
        'parents',
        'listeners',
        'health',
        'sync',
        'operationState',
        'state',
      ),
      fc.oneof(fc.jsonValue(), word, fc.array(condition, { maxLength: 4 })),
    ),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds, 'v1 Pod', 'apps/v1 DaemonSet', 'x 1'),
      status,
      fc.jsonValue(),
      fc.jsonValue(),
      (kind, found, spec, metadata) => {
        const [apiVersion = '', name = ''] = kind.split(' ')
        const verdict = objectHealth({ apiVersion, kind: name, metadata, spec, status: found } as JsonObject)
        expect(typeof verdict.message).toBe('string')
        expect(verdict.health === 'Healthy').toBe(verdict.message === '')
      },
    ),
    { numRuns: 2_000 },
  )
})

describe('rules of an environment', () => {
  const certificate = (status: JsonObject, metadata: JsonObject = {}) => ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'web', generation: 1, ...metadata },
    status,
  })
  const own = healthRules({
    timeoutMs: 0,
    rules: [
      {
        kind: 'Certificate',
        group: 'cert-manager.io',
        degraded: 'has(status.failedIssuanceAttempts) && status.failedIssuanceAttempts > 2',
        progressing: "has(status.phase) && status.phase == 'Renewing'",
        healthy: 'has(status.notAfter)',
      },
      { kind: 'Certificate', group: 'cert-manager.io', healthy: 'false' },
      { kind: 'Deployment', group: 'apps', degraded: "metadata.annotations['broken'] == 'yes'" },
      { kind: 'Pod', group: '', healthy: 'spec.a.all(x, spec.a.all(y, x == y || x != y))' },
    ],
  })

  test.each<[string, JsonObject, Health, string]>([
    [
      'healthy beats the built-in rule',
      certificate({ notAfter: 'x', conditions: [{ type: 'Ready', status: 'False' }] }),
      'Healthy',
      '',
    ],
    [
      'degraded is asked first',
      certificate({ notAfter: 'x', failedIssuanceAttempts: 3 }),
      'Degraded',
      'status.failedIssuanceAttempts > 2',
    ],
    [
      'progressing is asked before healthy',
      certificate({ notAfter: 'x', phase: 'Renewing' }),
      'Progressing',
      "status.phase == 'Renewing'",
    ],
    [
      'not healthy is on its way',
      certificate({ conditions: [{ type: 'Ready', status: 'True' }] }),
      'Progressing',
      'waits for has(status.notAfter)',
    ],
    [
      'a deletion is on its way whatever a rule says',
      certificate({ notAfter: 'x' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      'Progressing',
      'is being deleted',
    ],
    [
      'so is a status of an older spec',
      certificate({ notAfter: 'x', observedGeneration: 0 }),
      'Progressing',
      'newest spec',
    ],
    [
      'what a rule leaves open is judged as ever',
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { generation: 1 }, spec: {}, status: {} },
      'Progressing',
      'its controller',
    ],
    [
      'what it does not, is not',
      { apiVersion: 'apps/v1beta2', kind: 'Deployment', metadata: { annotations: { broken: 'yes' } } },
      'Degraded',
      "'yes'",
    ],
    ['another group is another kind', { ...certificate({}), apiVersion: 'certificates.example/v1' }, 'Healthy', ''],
    [
      'too much to look through is unknown',
      { apiVersion: 'v1', kind: 'Pod', spec: { a: Array(1_000).fill(1) } },
      'Unknown',
      'is too large',
    ],
  ])('%s', (_, object, health, message) => {
    expect(own?.verdict(object)).toEqual({ health, message: message === '' ? '' : expect.stringContaining(message) })
  })

  test('without rules the built-in ones are used as they are', () => {
    expect(healthRules({ timeoutMs: 0, rules: [] })).toBeUndefined()
  })

  test('a view is told which kinds they speak of, and which rules are the same', () => {
    const rules = [
      { kind: 'Pod', group: '', healthy: 'true' },
      { kind: 'Deployment', group: 'apps', healthy: 'true' },
    ]
    const first = healthRules({ timeoutMs: 0, rules })
    expect(first?.kinds).toEqual(new Set(['/Pod', 'apps/Deployment']))
    expect(healthRules({ timeoutMs: 1, rules: structuredClone(rules) })?.id).toBe(first?.id)
    expect(healthRules({ timeoutMs: 0, rules: rules.slice(1) })?.id).not.toBe(first?.id)
  })
})
