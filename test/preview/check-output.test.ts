import { describe, expect, test } from '@jest/globals'
import { parseCheckAction } from '../../src/model/check-actions.ts'
import { driftSetId, type IgnoredDrift } from '../../src/model/ignored-drift.ts'
import { checkReports, finishedGate, startedGate } from '../../src/preview/check-output.ts'
import type { EnvironmentDrift } from '../../src/preview/drift-facts.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { environmentDrift, overlayPreview, previewReport } from '../support/preview-report.ts'

const SHA = 'a'.repeat(40)
const changed = (application: string, environment: string) =>
  overlayPreview(application, environment, { before: [deployment('d')], after: [deployment('d', { replicas: 9 })] })
const problem = (line?: number) => ({
  code: 'X',
  message: 'bad',
  file: 'a.yaml',
  ...(line && { line }),
  remedy: 'Mend it.',
})

describe('the checks of a commit', () => {
  test('one an environment, drift only where there is some, the gate last', () => {
    const report = previewReport([changed('a', 'dev'), changed('a', 'prod')], {
      drift: [environmentDrift('dev', []), environmentDrift('prod', [{}])],
    })
    expect(checkReports(report, SHA, []).map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['lockstep/render/dev', 'success'],
      ['lockstep/render/prod', 'success'],
      ['lockstep/drift/prod', 'failure'],
      ['lockstep/gate', 'failure'],
    ])
  })

  test('each tells of its environment alone', () => {
    const report = previewReport([changed('web', 'dev'), overlayPreview('ledger', 'prod', { problems: [problem(3)] })])
    const [dev, prod] = checkReports(report, SHA, [])
    expect(dev).toMatchObject({ conclusion: 'success', annotations: [] })
    expect(`${dev?.summary}${dev?.text}`).not.toContain('ledger')
    expect(prod).toMatchObject({
      conclusion: 'failure',
      annotations: [{ path: 'a.yaml', startLine: 3, endLine: 3, level: 'failure', title: 'X' }],
    })
  })

  test('each has its buttons once it is finished', () => {
    const drift = [environmentDrift('prod', [{}])]
    const report = previewReport([changed('a', 'prod'), overlayPreview('b', 'dev', { problems: [problem(3)] })], {
      drift,
    })
    const buttons = checkReports(report, SHA, []).map(({ name, actions }) => [name, actions?.map(({ label }) => label)])
    expect(Object.fromEntries(buttons)).toEqual({
      'lockstep/render/prod': undefined,
      'lockstep/render/dev': ['Check again'],
      'lockstep/drift/prod': ['Revert live changes', 'Adopt into Git', 'Ignore for 24 h'],
      'lockstep/gate': ['Check again'],
    })
    expect(startedGate(SHA).actions).toBeUndefined()
    const failed = finishedGate(SHA, 'failure', { title: 'x', reasons: [] })
    expect(failed.actions?.map(({ identifier }) => parseCheckAction(identifier))).toEqual([{ kind: 'again' }])
  })

  test('"ignore" speaks of exactly the drift that is shown, and is not offered where all of it is ignored', () => {
    const until = '2026-11-21T14:02:00Z'
    const drift = (ids: readonly string[], ignored?: IgnoredDrift): EnvironmentDrift => {
      const facts = environmentDrift(
        'prod',
        ids.map(() => ({})),
        { lasting: !ignored },
      )
      return {
        ...facts,
        findings: facts.findings.map((one, i) => ({ ...one, id: ids[i] ?? '', ...(ignored && { ignored }) })),
      }
    }
    const check = (facts: EnvironmentDrift) =>
      checkReports(previewReport([changed('a', 'prod')], { drift: [facts] }), SHA, []).find(
        ({ name }) => name === 'lockstep/drift/prod',
      )
    const last = (facts: EnvironmentDrift) => check(facts)?.actions?.at(-1)?.identifier
    expect(last(drift(['a', 'b']))).toBe(`ignore.${driftSetId(['a', 'b'])}`)
    const all = check(drift(['a'], { id: 'a', by: 'ana', until }))
    expect(all).toMatchObject({
      conclusion: 'success',
      title: '1 field differs from what was applied, ignored for now',
    })
    expect(all?.summary).toContain('ignored until 2026\\-11-21 14:02 UTC by ana')
    expect(all?.actions?.map(({ identifier }) => identifier)).toEqual(['heal', 'adopt', 'again'])
  })

  test('drift that is fought over names the other writer', () => {
    const drift = [environmentDrift('prod', [{ contended: true, manager: 'hpa-controller' }])]
    const texts = checkReports(previewReport([changed('a', 'prod')], { drift }), SHA, []).map(({ summary }) => summary)
    expect(texts.filter((text) => text.includes('**contended**: `hpa-controller` keeps writing it'))).toHaveLength(2)
  })

  test('what an environment’s check cannot hold is counted, with the command that shows it', () => {
    const big = (i: number) => configMap(`c${i}`, { text: `line ${i}\n`.repeat(1_500) })
    const many = Array.from({ length: 12 }, (_, i) => big(i))
    const [check] = checkReports(previewReport([overlayPreview('a', 'dev', { before: [], after: many })]), SHA, [])
    const shown = check?.text?.match(/@@ .* @@ ConfigMap\/c\d+$/gm)?.length ?? 0
    expect(shown).toBeGreaterThan(0)
    expect(check?.text).toContain(`… and ${12 - shown} more objects: see \`lockstep diff --base bbbbbbbbbbbb`)
    expect(check?.text).toContain('--env dev --full')
  })

  test('older checks that no longer apply are told so, foreign ones left alone', () => {
    const known = ['lockstep/render/old', 'lockstep/drift/dev', 'lockstep/gate', 'ci/build']
    const names = checkReports(previewReport([changed('a', 'dev')]), SHA, known).map(({ name, title }) => [name, title])
    expect(names).toEqual([
      ['lockstep/render/dev', '1 overlay changes'],
      ['lockstep/render/old', 'Nothing changes here any more'],
      ['lockstep/drift/dev', 'Live objects are as applied'],
      ['lockstep/gate', '1 overlay changes in dev'],
    ])
  })

  test('never more than GitHub takes', () => {
    const big = (i: number) => configMap(`c${i}`, { text: `line of text ${i}\n`.repeat(500) })
    const overlays = Array.from({ length: 60 }, (_, i) =>
      overlayPreview(`app-${i}`, 'dev', {
        before: [],
        after: [big(i), big(i + 100)],
        ...(i > 50 && {
          problems: Array.from({ length: 50 }, () => ({ ...problem(2), message: `m${i} `.repeat(400) })),
        }),
      }),
    )
    const drift = [
      environmentDrift(
        'dev',
        Array.from({ length: 2000 }, (_, i) => ({ object: `Deployment/d${i}` })),
      ),
    ]
    const conflicts = Array.from({ length: 500 }, (_, i) => `${'long/'.repeat(40)}${i}`)
    for (const check of checkReports(previewReport(overlays, { drift, conflicts }), SHA, [])) {
      expect(check.summary.length).toBeLessThanOrEqual(65_535)
      expect(check.text?.length ?? 0).toBeLessThanOrEqual(65_535)
      expect(check.title.length).toBeLessThanOrEqual(255)
    }
  })
})
