import { resolve } from 'node:path'
import { openLocalRepository } from '../adapters/git/local-repository.ts'
import { LockstepError } from '../model/errors.ts'
import { printJson } from '../model/json.ts'
import { LEAST_COMMENT_CHARS, previewComment, TEXT_CHARS } from '../preview/comment.ts'
import { type CloneQuestion, previewClone } from '../preview/preview-clone.ts'
import { type PreviewReport, reportJson } from '../preview/preview-report.ts'
import { chooseApplication, chooseEnvironment } from './choose.ts'
import { painter } from './colour.ts'
import type { Command, Invocation } from './command.ts'
import { diffText } from './diff-text.ts'
import { EXIT, type RunResult } from './exit-codes.ts'
import { CONFIG_OPTION, openRenderer } from './open-renderer.ts'
import { REPOSITORY_OPTION, resolveRevision } from './open-repository.ts'
import { progressBar } from './progress-bar.ts'

/** The comment a pull request would get, before there is one. */
export const diffCommand: Command = {
  name: 'diff',
  summary: 'show what a pull request would change',
  usage:
    'lockstep diff [--repo DIR] --base REF [--head REF] [--env E] [--app A] [--full] [--max-chars N] [--exit-code] [--format F]',
  examples: [
    { command: 'lockstep diff --base main', shows: 'what the files as they are now would change' },
    {
      command: 'lockstep diff --base main --head my-branch --format markdown',
      shows: 'the comment of that pull request',
    },
    { command: 'lockstep diff --base main --env prod --exit-code', shows: '1 when prod would change' },
  ],
  options: {
    ...REPOSITORY_OPTION,
    ...CONFIG_OPTION,
    base: { type: 'string', value: 'REF', description: 'what it would be merged into', required: true },
    head: { type: 'string', value: 'REF', description: 'a commit, branch or tag instead of the files as they are' },
    env: { type: 'string', value: 'E', description: 'this environment only' },
    app: { type: 'string', value: 'A', description: 'this application only' },
    'max-chars': { type: 'string', value: 'N', description: 'room for the comment', default: String(TEXT_CHARS) },
    full: { type: 'boolean', description: 'with the changed lines of every object, in text' },
    'exit-code': { type: 'boolean', description: 'exit 1 when something changes' },
  },
  async run(invocation) {
    const started = performance.now()
    const maxChars = readMaxChars(invocation.options['max-chars'])
    const report = await preview(invocation)
    print(report, invocation, maxChars, Math.round(performance.now() - started))
    return exitCode(report, invocation.options['exit-code'] === true)
  },
}

async function preview({ options, cwd, env, signal, stderr }: Invocation): Promise<PreviewReport> {
  const renderer = openRenderer({ options, cwd, env, stderr })
  const local = await openLocalRepository(resolve(cwd, (options.repo as string | undefined) ?? '.'))
  const [base, head, workTree] = await Promise.all([
    resolveRevision(local, options.base as string),
    resolveRevision(local, (options.head as string | undefined) ?? 'HEAD'),
    options.head === undefined ? local.workTree() : undefined,
  ])
  const question: CloneQuestion = {
    base,
    head,
    ...(workTree && { workTree }),
    signal,
    choose: (config, overlays) => {
      const environment = options.env === undefined ? undefined : chooseEnvironment(config, String(options.env)).name
      const application =
        options.app === undefined ? undefined : chooseApplication(config, overlays, String(options.app))
      return (overlay) =>
        (environment ?? overlay.environment) === overlay.environment &&
        (application ?? overlay.application) === overlay.application
    },
  }
  const bar = progressBar('overlays', process.stderr, env)
  try {
    return await previewClone({ mirror: local.mirror, renderer }, { ...question, onProgress: bar.update })
  } finally {
    bar.end()
  }
}

function print(report: PreviewReport, invocation: Invocation, maxChars: number, milliseconds: number): void {
  const { format, options, stdout, stderr, env } = invocation
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined
  const comment = previewComment(report, maxChars)
  if (format === 'json') stdout(`${printJson(reportJson(report, comment.omitted, milliseconds))}\n`)
  else if (format === 'markdown') stdout(`${comment.text}\n`)
  else stdout(diffText(report, { paint: painter(env, process.stdout), columns, full: options.full === true }))
  if (report.groups.length === 0 && !isBroken(report)) stderr('no differences\n')
}

function exitCode(report: PreviewReport, changesCount: boolean): RunResult {
  if (isBroken(report)) return EXIT.refused
  return changesCount && report.groups.length > 0 ? EXIT.refused : EXIT.fine
}

function isBroken({ overlays, conflicts, problems }: PreviewReport): boolean {
  return conflicts.length > 0 || problems.length > 0 || overlays.some((overlay) => overlay.status === 'error')
}

function readMaxChars(text: unknown): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= LEAST_COMMENT_CHARS) return value
  const message = `--max-chars must be a whole number of at least ${LEAST_COMMENT_CHARS}.`
  throw new LockstepError(
    { code: 'OPTION_INVALID', message, remedy: `Leave it out for ${TEXT_CHARS}.` },
    { kind: 'usage' },
  )
}
