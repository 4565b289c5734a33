import { describe, expect, test } from '@jest/globals'
import type { Problem } from '../../src/model/errors.ts'
import { annotationsOf } from '../../src/preview/annotations.ts'
import { checkReports } from '../../src/preview/check-output.ts'
import { overlayPreview, previewReport } from '../support/preview-report.ts'

const SHA = 'a'.repeat(40)
const problem = (line: number | undefined, file: string | undefined = 'base/a.yaml'): Problem => ({
  code: 'X',
  message: 'It is bad.',
  ...(file !== undefined && { file }),
  ...(line !== undefined && { line }),
  remedy: 'Mend it.',
})
const broken = (application: string, environment: string, ...problems: Problem[]) =>
  overlayPreview(application, environment, { problems })

describe('annotations', () => {
  test('stand at the line that has to be mended, on the first one where none is known', () => {
    const report = previewReport([broken('web', 'dev', problem(7), problem(undefined, 'b.yaml'))])
    expect(annotationsOf(report).byEnvironment.get('dev')).toEqual([
      {
        path: 'base/a.yaml',
        startLine: 7,
        endLine: 7,
        level: 'failure',
        title: 'X',
        message: 'It is bad.\nMend it.\nBreaks web → dev.',
      },
      expect.objectContaining({ path: 'b.yaml', startLine: 1 }),
    ])
  })

  test('one fault in many overlays is annotated once and says how many it breaks', () => {
    const overlays = ['dev', 'prod'].flatMap((environment) =>
      Array.from({ length: 30 }, (_, i) => broken(`app-${i}`, environment, problem(3))),
    )
    const checks = checkReports(previewReport(overlays), SHA, [])
    expect(checks.map(({ name, annotations }) => [name, annotations?.length])).toEqual([
      ['lockstep/render/dev', 1],
      ['lockstep/render/prod', 0],
      ['lockstep/gate', 0],
    ])
    expect(checks[0]?.annotations?.[0]?.message).toContain('Breaks 60 overlays.')
    expect(checks[1]).toMatchObject({ conclusion: 'failure', summary: expect.stringContaining('`base/a.yaml:3`') })
  })

  test('faults of the configuration belong to the gate', () => {
    const report = previewReport([], { problems: [problem(2, '.lockstep.yaml')] })
    expect(checkReports(report, SHA, []).at(-1)).toMatchObject({
      annotations: [{ path: '.lockstep.yaml', startLine: 2 }],
    })
  })

  test('at most a hundred, those that break most first; the others are counted where people look', () => {
    const single = Array.from({ length: 130 }, (_, i) => broken(`app-${i}`, 'dev', problem(i + 1, 'own.yaml')))
    const shared = [broken('x', 'dev', problem(1)), broken('y', 'dev', problem(1))]
    const report = previewReport([...single, ...shared])
    const checks = checkReports(report, SHA, [])
    expect(checks[0]?.annotations).toHaveLength(100)
    expect(checks[0]?.annotations?.[0]?.path).toBe('base/a.yaml')
    for (const check of checks) expect(check.summary).toContain('31 more faults have no annotation')
  })

  test('a fault without a file has none, and stands in the summary', () => {
    const fault = { code: 'X', message: 'It is bad.', remedy: 'Mend it.' }
    const [check] = checkReports(previewReport([broken('web', 'dev', fault)]), SHA, [])
    expect(check).toMatchObject({ annotations: [], summary: expect.stringContaining('It is bad.') })
  })
})
