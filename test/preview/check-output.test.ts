import { describe, expect, test } from '@jest/globals'
import { checkReports } from '../../src/preview/check-output.ts'
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

  test('a problem without a line is annotated on the first one, at most fifty in all', () => {
    const problems = [problem(), ...Array.from({ length: 80 }, (_, i) => problem(i + 1))]
    const [check] = checkReports(previewReport([overlayPreview('a', 'dev', { problems })]), SHA, [])
    expect(check?.annotations).toHaveLength(50)
    expect(check?.annotations?.[0]).toMatchObject({ startLine: 1 })
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
