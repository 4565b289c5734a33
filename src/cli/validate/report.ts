import { type Problem, printProblem } from '../../model/errors.ts'
import type { Format } from '../command.ts'
import type { OverlayResult } from './render-all.ts'

export interface Report {
  readonly results: readonly OverlayResult[]
  readonly findings: readonly Problem[]
}

/** One record a line for people, a list for Markdown, one document for programs. */
export function printReport({ results, findings }: Report, format: Format): string {
  if (format === 'text') return findings.map((finding) => `${printProblem(finding)}\n`).join('')
  if (format === 'markdown') return printMarkdown(results.length, findings)
  const overlays = results.map(({ overlay, problems }) => ({
    ...overlay,
    status: problems.length > 0 ? 'error' : 'valid',
  }))
  return `${JSON.stringify({ overlays, findings })}\n`
}

function printMarkdown(overlays: number, findings: readonly Problem[]): string {
  const lines = findings.map((finding) => `- ${codeSpan(printProblem(finding))}\n`)
  return [
    `${overlays} overlays, ${findings.length || 'no'} findings.\n`,
    ...(lines.length > 0 ? ['\n', ...lines] : []),
  ].join('')
}

/** File names and messages are other people's text: nothing in them may become markup. */
function codeSpan(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length)
  const fence = '`'.repeat(Math.max(0, ...runs) + 1)
  return `${fence} ${text.replaceAll(/\s+/g, ' ')} ${fence}`
}

/** A fault of a base that many overlays share is one finding. */
export function distinct(findings: readonly Problem[]): Problem[] {
  return [...new Map(findings.map((finding) => [printProblem(finding), finding])).values()]
}
