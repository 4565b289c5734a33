import { describe, expect, test } from '@jest/globals'
import { statusJson } from '../../src/cli/status/status-json.ts'
import { statusText } from '../../src/cli/status/status-text.ts'
import { ageOf } from '../../src/cli/status/target-words.ts'
import type { DriftEntry, TargetStatus } from '../../src/model/target-status.ts'
import type { SeenTarget } from '../../src/reconcile/report/look-at-target.ts'
import { compileSchema } from '../support/diff-schema.ts'
import { expectGolden } from '../support/golden.ts'

const now = new Date('2026-11-20T14:00:00Z')
const NEW = 'a1b2c3d4'.repeat(5)
const OLD = '9f8e7d6c'.repeat(5)

function seen(application: string, place: string, change: Partial<TargetStatus> = {}): SeenTarget {
  const [environment = '', cluster = environment] = place.split('/')
  const status: TargetStatus = {
    target: { application, environment, cluster },
    revision: NEW,
    renderDigest: 'digest',
    sync: 'Synced',
    health: 'Healthy',
    healthySince: '2026-11-17T13:00:00Z',
    drift: [],
    problems: [],
    observedAt: now.toISOString(),
    ...change,
  }
  return { status, desired: NEW }
}

const drift: DriftEntry = {
  object: 'Deployment/cart',
  namespace: 'shop',
  path: '.spec.replicas',
  desired: '2',
  live: '5',
  manager: 'kubectl-scale',
  since: '2026-11-20T13:00:00Z',
}
const refusal = {
  code: 'APPLY_IMMUTABLE',
  message: 'Deployment/search .spec.selector cannot be changed on the live object.',
  object: 'Deployment/search',
  remedy: 'Undo the change.',
}
const outage = { code: 'CLUSTER_UNREACHABLE', message: 'The cluster prod-us does not answer.', remedy: 'Look at it.' }
const unknown: Partial<TargetStatus> = { sync: 'Unknown', health: 'Unknown', problems: [outage] }

const SHOP = [
  seen('checkout', 'dev'),
  seen('checkout', 'staging', { revision: OLD, sync: 'OutOfSync' }),
  seen('checkout', 'prod/prod-eu', { revision: OLD, track: 'tag v1.4.*' }),
  seen('checkout', 'prod/prod-us', unknown),
  seen('cart', 'dev', { sync: 'OutOfSync', drift: [drift, { ...drift, path: '.spec.paused' }] }),
  seen('cart', 'staging', { health: 'Progressing', sync: 'OutOfSync', healthySince: undefined as never }),
  seen('cart', 'prod/prod-eu', { suspended: true }),
  seen('search', 'dev', { problems: [refusal], sync: 'OutOfSync' }),
  seen('search', 'staging', { revision: undefined as never, renderDigest: undefined as never, health: 'Missing' }),
]

const plain = (columns: number | undefined) => statusText(SHOP, { paint: (_style, text) => text, columns, now })
const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => line.length))

describe('lockstep status in a terminal', () => {
  test.each([120, 80])('reads the same as when it was last looked at, at %i columns', (columns) => {
    expectGolden(`status/at-${columns}-columns.txt`, plain(columns))
  })
  test('shortens nothing where the output goes elsewhere', () => {
    expect(plain(undefined)).toContain('prod (prod-us)')
    expect(plain(undefined)).not.toContain('…')
  })
  test('keeps its table within the terminal', () => {
    for (const columns of [60, 80, 100, 120]) {
      const [table = ''] = plain(columns).split('\n\n')
      expect(widthOf(table)).toBeLessThanOrEqual(columns)
    }
  })
  test('says once what is wrong with many', () => {
    const many = Array.from({ length: 250 }, (_, i) => seen(`app-${i}`, 'prod/prod-us', unknown))
    const [, details] = statusText(many, { paint: (_style, text) => text, columns: 80, now }).split('\n\n')
    expect(details).toBe(
      'app-0 → prod (prod-us) and 249 more\n  The cluster prod-us does not answer. (CLUSTER_UNREACHABLE)',
    )
  })
  test('says once what is wrong with the configuration, and shows what each target holds all the same', () => {
    const problem = {
      code: 'CONFIG_SYNTAX',
      message: 'A value is missing.',
      file: '.lockstep.yaml',
      line: 7,
      remedy: 'Add it.',
    }
    const configurationFault = { problems: [problem], since: '2026-11-20T13:00:00Z' }
    const text = statusText([seen('cart', 'dev', { configurationFault }), seen('web', 'dev', { configurationFault })], {
      paint: (style, text) => `${style}(${text})`,
      columns: 80,
      now,
    })
    expect(text.match(/yellow\(a1b2c3d Healthy 3d\)/g)).toHaveLength(2)
    expect(text.split('\n\n')[1]).toBe(
      [
        'bold(cart → dev and 1 more)',
        '  held as Git said before: its configuration cannot be read for 1h',
        '  .lockstep.yaml:7 A value is missing. (CONFIG_SYNTAX)',
      ].join('\n'),
    )
  })
  test('of nothing is one line', () => {
    expect(statusText([], { paint: (_style, text) => text, columns: 80, now })).toBe('0 targets\n')
  })
  test.each([
    ['2026-11-20T13:59:15Z', '45s'],
    ['2026-11-20T13:48:00Z', '12m'],
    ['2026-11-20T11:00:00Z', '3h'],
    ['2026-11-11T14:00:00Z', '9d'],
    ['2026-11-20T14:00:05Z', '0s'],
  ])('%s is %s ago', (since, age) => {
    expect(ageOf(since, now)).toBe(age)
  })
})

describe('lockstep status as JSON', () => {
  test('is what the published schema says', () => {
    const validate = compileSchema('status')
    expect([validate(statusJson(SHOP)), validate.errors]).toEqual([true, null])
    expect(statusJson(SHOP).summary).toEqual({ targets: 9, synced: 4, healthy: 6, drifted: 1, failing: 2, unknown: 1 })
  })
})
