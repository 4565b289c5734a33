import { describe, expect, test } from '@jest/globals'
import { planAttention } from '../../src/preview/attention.ts'
import type { CommentState } from '../../src/preview/comment-state.ts'
import type { PreviewReport } from '../../src/preview/preview-report.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { environmentDrift, overlayPreview, previewReport } from '../support/preview-report.ts'

const STAGES = [
  { environment: 'dev', downstream: false },
  { environment: 'prod', downstream: true },
]
const ready = { draft: false }
const fault = { code: 'X', message: 'bad', file: 'a.yaml', line: 1, remedy: 'Mend it.' }

/** Deletes these ConfigMaps of checkout in an environment. */
const deletes = (environment: string, ...names: string[]) =>
  overlayPreview('checkout', environment, {
    before: [deployment('d'), ...names.map((name) => configMap(name, {}))],
    after: [deployment('d', { replicas: 9 })],
  })
const report = (overlays: PreviewReport['overlays'], more: Partial<PreviewReport> = {}) =>
  previewReport(overlays, { stages: STAGES, ...more })
const fine = report([deletes('prod')])
const red = report([overlayPreview('checkout', 'prod', { problems: [fault] })])

/** What the comment keeps after these reports, one after the other. */
const stateAfter = (...reports: PreviewReport[]) =>
  reports.reduce<CommentState | undefined>((state, one) => planAttention(state, one, ready).state, undefined)
const calls = (previous: CommentState | undefined, now: PreviewReport, pull = ready) =>
  planAttention(previous, now, pull).comments

describe('somebody is called back', () => {
  test('when a gate that was green is red', () => {
    const [call, ...others] = calls(stateAfter(fine), red)
    expect(others).toEqual([])
    expect(call?.body).toContain('cannot any more')
    expect(call?.body).toContain('checkout → prod cannot be rendered')
  })

  test('also when it waited in between', () => {
    const waiting = report([deletes('prod')], {
      drift: [environmentDrift('prod', [], { unknown: [{ application: 'a', environment: 'prod', cluster: 'prod' }] })],
    })
    expect(waiting.verdict.conclusion).toBe('action_required')
    expect(calls(stateAfter(fine, waiting), red)).toHaveLength(1)
  })

  test('when more is lost in an environment that comes after others', () => {
    const [call, ...others] = calls(stateAfter(report([deletes('prod', 'a')])), report([deletes('prod', 'a', 'b')]))
    expect(others).toEqual([])
    expect(call?.body).toContain('**Deletes** `ConfigMap/b` in checkout → prod')
    expect(call?.body).not.toContain('ConfigMap/a')
  })

  test('once a cause: the same again is the same comment, another is another', () => {
    const topics = (...names: string[]) =>
      calls(stateAfter(fine), report([deletes('prod', ...names)])).map(({ topic }) => topic)
    expect(topics('a')).toEqual(topics('a'))
    expect(topics('a')).not.toEqual(topics('b'))
    expect(calls(stateAfter(fine, report([deletes('prod', 'a')])), report([deletes('prod', 'a')]))).toEqual([])
    expect(calls(stateAfter(fine, red), red)).toEqual([])
  })
})

describe('nobody is called', () => {
  test.each([
    ['by a first comment', undefined, red, ready],
    [
      'for what was lost before',
      stateAfter(report([deletes('prod', 'a', 'b')])),
      report([deletes('prod', 'b')]),
      ready,
    ],
    ['for what is lost in a first environment', stateAfter(fine), report([deletes('dev', 'a')]), ready],
    ['for a gate that was red before', stateAfter(red), report([deletes('prod')], { conflicts: ['a'] }), ready],
    ['for a draft', stateAfter(fine), red, { draft: true }],
  ])('%s', (_, previous, now, pull) => expect(calls(previous, now, pull)).toEqual([]))
})

describe('what is over is said in the same comment, once', () => {
  test('a gate that is green again', () => {
    const [call] = calls(stateAfter(fine), red)
    expect(calls(stateAfter(fine, red), fine)).toEqual([
      { topic: call?.topic, body: expect.stringContaining('This is over') },
    ])
    expect(calls(stateAfter(fine, red, fine), fine)).toEqual([])
  })

  test('an object that stays after all', () => {
    const lost = report([deletes('prod', 'a')])
    const [call] = calls(stateAfter(fine), lost)
    expect(calls(stateAfter(fine, lost), fine)).toEqual([
      { topic: call?.topic, body: expect.stringContaining('This is over') },
    ])
  })
})

test('two causes at once are one comment', () => {
  const both = report([deletes('prod', 'a'), overlayPreview('cart', 'prod', { problems: [fault] })])
  const [call, ...others] = calls(stateAfter(fine), both)
  expect(others).toEqual([])
  expect(call?.body).toContain('cannot any more')
  expect(call?.body).toContain('`ConfigMap/a`')
})

test('what was known to be lost is not new after a push that did not render', () => {
  const lost = report([deletes('prod', 'a')])
  expect(calls(stateAfter(lost, red), lost).map(({ body }) => body)).toEqual([expect.stringContaining('is over')])
  expect(calls(stateAfter(lost, report([], { conflicts: ['a'], stages: [] })), lost)).not.toEqual([
    expect.objectContaining({ body: expect.stringContaining('ConfigMap/a') }),
  ])
})

test('hundreds of losses are told of without end neither now nor later', () => {
  const many = report([deletes('prod', ...Array.from({ length: 500 }, (_, i) => `c${i}`))])
  const [call] = calls(stateAfter(fine), many)
  expect(call?.body).toContain('… and 490 more')
  expect(calls(stateAfter(fine, many), report([deletes('prod', 'x')]))).toEqual([
    { topic: call?.topic, body: expect.stringContaining('This is over') },
  ])
})
