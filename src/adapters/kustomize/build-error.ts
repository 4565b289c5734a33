import { posix } from 'node:path'
import type { Problem } from '../../model/errors.ts'
import type { Mask } from '../../model/mask-secrets.ts'

/** What a failed build has to be explained with. */
export interface FailedBuild {
  readonly stderr: string
  /** The directory the build ran in, as kustomize prints it. */
  readonly root: string
  /** Relative to `root`. */
  readonly overlay: string
  readonly files: readonly string[]
  readonly mask: Mask
}

const MAX_LENGTH = 1_500

/** kustomize's words as a problem of the file they are about: without our paths, dumps of configuration, and Secret values. */
export function explainBuildError(build: FailedBuild): Problem {
  const words = build.mask.text(shorten(relativePaths(build.stderr, build.root)))
  const file = fileOf(words, build) ?? kustomizationOf(build.overlay, build.files)
  const line = /\bline (\d+)\b/.exec(words)?.[1]
  return {
    code: 'KUSTOMIZE_FAILED',
    message: `kustomize cannot build ${build.overlay}: ${words || 'it gave no reason'}.`,
    ...(file !== undefined && { file }),
    ...(file !== undefined && line !== undefined && { line: Number(line) }),
    remedy: `Correct it; \`kustomize build ${build.overlay}\` shows the same.`,
  }
}

function relativePaths(text: string, root: string): string {
  return text.replaceAll(`${root}/`, '').replaceAll(root, '.')
}

/** The error alone: deprecation warnings come before it, and quoted configuration says nothing that the file does not. */
function shorten(text: string): string {
  const error = text.slice(Math.max(0, text.search(/^(?:Error|error|panic|fatal error): /m)))
  const words = error
    .replace(/^(?:Error|error): /, '')
    .replace(/with config: `[^`]*`/g, 'with its configuration')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
  return words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH)}…` : words
}

/** The last name that is one of the files, seen from any directory mentioned before it. */
function fileOf(words: string, { overlay, files }: FailedBuild): string | undefined {
  const known = new Set(files)
  const names = words.match(/[\w./@~+-]+/g) ?? []
  const directories = [overlay, ...names].map((name) => name.replace(/[.:]+$/, ''))
  let found: string | undefined
  for (const name of names) {
    const seenFrom = ['', ...directories].map((directory) => posix.join(directory, name.replace(/[.:]+$/, '')))
    found = seenFrom.find((path) => known.has(path)) ?? found
  }
  return (
    found ?? directories.map((directory) => kustomizationOf(directory, files)).findLast((path) => path !== undefined)
  )
}

function kustomizationOf(directory: string, files: readonly string[]): string | undefined {
  const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].map((name) => posix.join(directory, name))
  return names.find((name) => files.includes(name))
}
