import { describe, expect, test } from '@jest/globals'
import type { GateReason } from '../../src/model/gate.ts'
import { decideGate, type GateFacts } from '../../src/preview/gate-verdict.ts'
import { deployment } from '../support/manifests.ts'
import { environmentDrift, overlayPreview } from '../support/preview-report.ts'

const changed = overlayPreview('checkout', 'prod', {
  before: [deployment('a')],
  after: [deployment('a', { replicas: 3 })],
})
const same = overlayPreview('checkout', 'prod', { before: [deployment('a')], after: [deployment('a')] })
const problem = { code: 'X_BROKEN', message: 'bad', file: 'a.yaml', line: 3, remedy: 'Mend it.' }
const broken = (application: string) => overlayPreview(application, 'prod', { problems: [problem] })
const unknown = [{ application: 'checkout', environment: 'prod', cluster: 'eu' }]
const reason = (verdict: GateReason['verdict']): GateReason => ({
  code: `IT_${verdict}`,
  verdict,
  message: `it ${verdict}`,
})
const FACTS: GateFacts = { problems: [], conflicts: [], overlays: [changed], drift: [], hideLive: false, gates: [] }

describe('the verdict and its one line', () => {
  test.each<[string, Partial<GateFacts>, string, string]>([
    ['a change that renders', {}, 'success', '1 overlay changes in prod'],
    ['no overlay touched', { overlays: [] }, 'success', 'Nothing to deploy'],
    ['a render that stays the same', { overlays: [same] }, 'success', 'Nothing to deploy'],
    ['a render error', { overlays: [changed, broken('a')] }, 'failure', 'a → prod cannot be rendered: a.yaml:3: bad'],
    [
      'one fault in many overlays',
      { overlays: [broken('a'), broken('b')] },
      'failure',
      'a → prod and 1 more cannot be rendered: a.yaml:3: bad',
    ],
    ['a merge conflict', { conflicts: ['x', 'y'] }, 'failure', 'Conflicts with the base branch in x, y'],
    [
      'many conflicts',
      { conflicts: [...'abcdefg'] },
      'failure',
      'Conflicts with the base branch in a, b, c, d, e and 2 more files',
    ],
    ['a broken configuration', { problems: [problem] }, 'failure', 'a.yaml:3: bad'],
    [
      'lasting drift that blocks',
      { drift: [environmentDrift('prod', [{}])] },
      'failure',
      'Drift in prod: Deployment/checkout .spec.replicas: live 8, git 6, by kubectl-scale since 2026-11-20T14:02:00Z',
    ],
    [
      'lasting drift in several fields',
      { drift: [environmentDrift('prod', [{}, {}, {}])] },
      'failure',
      'Drift in prod: Deployment/checkout .spec.replicas: live 8, git 6, by kubectl-scale since 2026-11-20T14:02:00Z (and 2 more fields)',
    ],
    [
      'drift for everybody to read',
      { drift: [environmentDrift('prod', [{}])], hideLive: true },
      'failure',
      'Drift in prod: 1 field differs in checkout (prod)',
    ],
    [
      'drift that is only warned of',
      { drift: [environmentDrift('prod', [{}], { blocks: false })] },
      'success',
      '1 overlay changes in prod, drift noted',
    ],
    [
      'drift too young to count',
      { drift: [environmentDrift('prod', [{}], { lasting: false })] },
      'success',
      '1 overlay changes in prod, drift noted',
    ],
    [
      'unknown facts',
      { drift: [environmentDrift('prod', [], { unknown })] },
      'action_required',
      'Cluster facts unknown in prod: checkout (eu)',
    ],
    [
      'unknown facts nobody asks for',
      { drift: [environmentDrift('prod', [], { unknown, blocks: false })] },
      'success',
      '1 overlay changes in prod',
    ],
    ['a promotion that waits', { gates: [reason('waits')] }, 'action_required', 'it waits'],
    ['a promotion that is blocked', { gates: [reason('waits'), reason('blocked')] }, 'failure', 'it blocked'],
    ['a promotion that may go', { gates: [reason('passed')] }, 'success', '1 overlay changes in prod'],
    [
      'drift besides unknown facts',
      { drift: [environmentDrift('prod', [{}], { unknown })], hideLive: true },
      'failure',
      'Drift in prod: 1 field differs in checkout (prod)',
    ],
    [
      'two blocking reasons',
      { conflicts: ['x'], gates: [reason('blocked')] },
      'failure',
      'Conflicts with the base branch in x (and 1 more reason)',
    ],
  ])('%s', (_, facts, conclusion, title) => {
    expect(decideGate({ ...FACTS, ...facts })).toMatchObject({ conclusion, title })
  })

  test('every reason is kept, what decided first', () => {
    const drift = [environmentDrift('prod', [{}])]
    const { reasons } = decideGate({ ...FACTS, drift, gates: [reason('passed'), reason('waits')] })
    expect(reasons.map(({ code }) => code)).toEqual(['DRIFT_BLOCKS', 'IT_waits', 'RENDERED', 'IT_passed'])
    expect(reasons[0]).toMatchObject({ environment: 'prod', unblock: '/heal prod', since: '2026-11-20T14:02:00Z' })
  })
})

describe('drift that is ignored', () => {
  const until = '2026-11-21T14:02:00Z'
  const ignored = (ids: readonly string[]) => {
    const facts = environmentDrift('prod', [{}, { object: 'Deployment/b' }])
    const findings = facts.findings.map((one) =>
      ids.includes(one.id) ? { ...one, lasting: false, ignored: { id: one.id, by: 'ana', until } } : one,
    )
    return { drift: [{ ...facts, findings }] }
  }
  test('does not block, and is still told with its end', () => {
    const { conclusion, reasons } = decideGate({ ...FACTS, ...ignored(['drift-0', 'drift-1']) })
    expect(conclusion).toBe('success')
    expect(reasons[1]).toMatchObject({ code: 'DRIFT_IGNORED', verdict: 'passed' })
    expect(reasons[1]?.message).toBe(
      'Drift in prod: 2 fields differ in checkout (prod), ignored for now until 2026-11-21T14:02:00Z',
    )
  })
  test('leaves other drift of the same object to block', () => {
    const { conclusion, title } = decideGate({ ...FACTS, ...ignored(['drift-0']) })
    expect([conclusion, title.split(':')[1]]).toEqual(['failure', ' Deployment/b .spec.replicas'])
  })
})
