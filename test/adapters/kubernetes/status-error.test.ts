import { describe, expect, test } from '@jest/globals'
import { statusError } from '../../../src/adapters/kubernetes/status-error.ts'
import type { ClusterErrorKind } from '../../../src/model/cluster-error.ts'
import type { Json, JsonObject } from '../../../src/model/json.ts'

const plain = { label: 'Deployment/checkout', secret: false }

function read(status: number, body: Json | undefined, subject = plain) {
  return statusError({ status, body, retryAfterMs: undefined }, subject)
}

function status(reason: string, message: string, causes: readonly JsonObject[] = []): JsonObject {
  return { kind: 'Status', status: 'Failure', reason, message, details: { causes } }
}

describe('what the server refuses is told apart', () => {
  const table: [string, number, Json | undefined, ClusterErrorKind][] = [
    ['a right that is missing', 403, status('Forbidden', 'User "u" cannot patch resource "pods"'), 'forbidden'],
    ['a quota', 403, status('Forbidden', 'pods "a" is forbidden: exceeded quota: q, requested: pods=1'), 'denied'],
    ['a webhook that denies', 403, status('', 'admission webhook "x" denied the request: no'), 'denied'],
    ['a webhook that denies in its own way', 422, status('', 'admission webhook "x" denied the request: no'), 'denied'],
    [
      'a policy that denies',
      422,
      status(
        'Invalid',
        "deployments.apps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request",
      ),
      'denied',
    ],
    [
      'a webhook without dry run',
      400,
      status('BadRequest', 'admission webhook "x" does not support dry run'),
      'no-dry-run',
    ],
    ['an object too large for the store', 500, status('', 'etcdserver: request is too large'), 'invalid'],
    ['a webhook that fails', 500, status('InternalError', 'failed calling webhook "x"'), 'unavailable'],
    ['an overloaded server', 429, status('TooManyRequests', 'slow down'), 'unavailable'],
    ['a proxy without backend', 502, undefined, 'unavailable'],
    ['a server that starts', 503, undefined, 'unavailable'],
    ['a server timeout', 504, status('Timeout', 'request did not complete'), 'unavailable'],
    ['a body that is too large', 413, status('RequestEntityTooLarge', 'limit is 3145728'), 'invalid'],
    ['a path that is not served', 404, undefined, 'unknown-kind'],
    [
      'a resource that is not served',
      404,
      status('NotFound', 'the server could not find the requested resource'),
      'unknown-kind',
    ],
    ['an object that is not there', 404, status('NotFound', 'configmaps "x" not found'), 'not-found'],
    ['an old version', 410, status('Expired', 'too old resource version'), 'expired'],
    [
      'a volume claim',
      422,
      status('Invalid', 'spec: Forbidden: spec is immutable after creation except resources.requests'),
      'immutable',
    ],
    [
      'a Pod',
      422,
      status('Invalid', 'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`'),
      'immutable',
    ],
    ['no words at all', 500, null, 'unavailable'],
    ['words that are no object', 400, ['x'], 'invalid'],
  ]
  test.each(table)('%s', (_, code, body, kind) => {
    expect(read(code, body).kind).toBe(kind)
    expect(read(code, body).retryable).toBe(kind === 'unavailable')
    expect(read(code, body).message).not.toBe('')
  })

  test('every webhook that refuses, fails or cannot rehearse is named', () => {
    for (const words of [
      'admission webhook "a.example.com" denied the request: no',
      'admission webhook "a.example.com" does not support dry run',
      'Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: Post "https://x"',
    ])
      expect(read(400, status('', words)).webhook).toBe('a.example.com')
    expect(read(400, status('', 'worded otherwise')).webhook).toBeUndefined()
  })

  test('managers are read from every wording of a conflict', () => {
    const cause = (field: string, message: string) => ({ reason: 'FieldManagerConflict', field, message })
    const error = read(
      409,
      status('Conflict', 'Apply failed with 4 conflicts', [
        cause('.spec.replicas', 'conflict with "kubectl-scale" with subresource "scale" using apps/v1'),
        cause('.spec.paused', 'conflict with "a \\"b\\" c" using apps/v1 at 2026-01-02T03:04:05Z'),
        cause('.spec.template.spec.containers[name="web"].image', 'conflict with "argo\\\\cd" using apps/v1'),
        cause('.data', 'worded otherwise'),
      ]),
    )
    expect(error.conflicts).toEqual([
      { field: '.spec.replicas', manager: 'kubectl-scale', subresource: 'scale' },
      { field: '.spec.paused', manager: 'a "b" c' },
      { field: '.spec.template.spec.containers[name="web"].image', manager: 'argo\\cd' },
      { field: '.data', manager: 'unknown' },
    ])
  })
})

describe('a Secret', () => {
  const secret = { label: 'Secret/db', secret: true }
  const causes = [{ reason: 'FieldValueInvalid', field: 'data[password]', message: 'Invalid value: "hunter2"' }]

  test.each([400, 403, 422, 500, 503])('is named by its fields only (HTTP %d)', (code) => {
    const error = read(
      code,
      status('Invalid', 'Secret "db" is invalid: data[password]: Invalid value: "hunter2"', causes),
      secret,
    )
    expect(error.message).toContain('Secret/db was refused: data[password] (FieldValueInvalid).')
    expect(error.message + JSON.stringify(error)).not.toContain('hunter2')
  })

  test('still tells which right is missing', () => {
    const right = 'User "u" cannot patch resource "secrets" in API group "" in the namespace "shop"'
    const said = read(403, status('Forbidden', `secrets "db" is forbidden: ${right}: hunter2`), secret).message
    expect(said).toContain(right)
    expect(said).not.toContain('hunter2')
  })

  test('keeps the words that never hold a value: who owns a field, which object is missing', () => {
    expect(read(404, status('NotFound', 'namespaces "shop" not found'), secret).message).toBe(
      'namespaces "shop" not found',
    )
    const conflict = [
      { reason: 'FieldManagerConflict', field: '.data.password', message: 'conflict with "kubectl" using v1' },
    ]
    expect(read(409, status('Conflict', 'Apply failed', conflict), secret).conflicts).toEqual([
      { field: '.data.password', manager: 'kubectl' },
    ])
  })

  test('that cannot be changed any more is still told as that', () => {
    expect(
      read(422, status('Invalid', 'data: Forbidden: field is immutable when `immutable` is set'), secret).kind,
    ).toBe('immutable')
  })
})
