import { posix } from 'node:path'
import type { Problem } from '../../model/errors.ts'
import { chartPath } from '../../model/kustomization/locate-chart.ts'
import { KUSTOMIZATION_NAMES, parseKustomization } from '../../model/kustomization/parse-kustomization.ts'
import type { BuildRequest } from './builder.ts'
import { maskOfInputs } from './secret-texts.ts'

/** How kustomize tells of a helm that failed: helm's words, then its call. */
const CALL = /: unable to run: '\S+ template (.*)' with env=\[[^\]]*\] \(is '[^']*' installed\?\): exit status \d+/s

const MAX_LENGTH = 1_500

/**
 * helm's refusal of a chart, at the entry that asks for the chart; undefined where it was not helm that failed. `root` is the build's
 * directory as the words name it.
 */
export function explainHelmFailure(
  stderr: string,
  { overlay, files }: BuildRequest,
  root: string,
): Problem | undefined {
  const call = CALL.exec(stderr)
  if (!call) return undefined
  const [, calledWith = ''] = (call[1] ?? '').split(`${root}/`)
  const directory = calledWith.replace(/ (?:--|-f ).*$/s, '').trim()
  const mask = maskOfInputs(new Map(files.map(({ path, content }) => [path, content])))
  const words = mask.text(helmWords(stderr.slice(0, call.index), root))
  const shown = words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH)}…` : words
  const name = posix.basename(directory)
  return {
    code: 'HELM_FAILED',
    message: `helm cannot render the chart ${name} for ${overlay}: ${shown || 'it gave no reason'}.`,
    ...(entryOf(directory, files) ?? { file: overlay }),
    remedy: 'Correct the values or the chart; charts that a chart depends on have to lie in its `charts` directory.',
  }
}

/** The error alone: with `debug` a stack comes after it, and everything that was rendered so far. */
function helmWords(text: string, root: string): string {
  const [first = ''] = text.slice(Math.max(0, text.lastIndexOf('Error: '))).split(/\nhelm\.go:|\nHelm template:/)
  return first
    .replaceAll(`${root}/`, '')
    .replace(/^Error: /, '')
    .replace(/\n*Use --debug flag to render out invalid YAML\n*/, '')
    .replace(/kustomize-helm-\d+\//g, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
    .replace(/\.$/, '')
}

/** Of a generator's chart only the directory is known. */
function entryOf(
  directory: string,
  files: BuildRequest['files'],
): Pick<Problem, 'file' | 'line' | 'column'> | undefined {
  const names = new Set<string>(KUSTOMIZATION_NAMES)
  for (const { path, content, source = content } of files) {
    if (!names.has(posix.basename(path))) continue
    const chart = parseKustomization(source).charts?.find(
      (candidate) => posix.join(posix.dirname(path), candidate.chartHome, chartPath(candidate)) === directory,
    )
    if (chart) return { file: path, line: chart.place.line, column: chart.place.column }
  }
  return undefined
}
