import { posix } from 'node:path'

/** One import, export-from, dynamic import or import type of a source file. */
export interface Import {
  readonly line: number
  /** As written. */
  readonly specifier: string
  /** Path from the root of the checkout, for imports of own files. */
  readonly target?: string
  /** `import('...')`, run only when it is reached. */
  readonly lazy: boolean
  /** `import type`: nothing of it is left when the file runs. */
  readonly typeOnly: boolean
}

const STATIC = /(?:^|[;\n])[ \t]*(?:import|export)\b(?:[^'"`;()]*?\bfrom)?\s*(['"])([^'"\n]+)\1/g
const DYNAMIC = /\bimport\(\s*(['"`])([^'"`\n]+)\1/g

/** The imports of a TypeScript or JavaScript file, types included, in the order of their lines. Comments are not read. */
export function readImports(file: string, source: string): Import[] {
  const code = blankComments(source)
  const found = [
    ...[...code.matchAll(STATIC)].map((match) => toImport(file, code, match, false)),
    ...[...code.matchAll(DYNAMIC)].map((match) => toImport(file, code, match, true)),
  ]
  return found.sort((a, b) => a.line - b.line)
}

function toImport(file: string, code: string, match: RegExpExecArray, lazy: boolean): Import {
  const specifier = match[2] ?? ''
  const line = code.slice(0, match.index + match[0].length).split('\n').length
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined
  const typeOnly = /^\W*(?:import|export)\s+type\b/.test(match[0])
  return { line, specifier, lazy, typeOnly, ...(target !== undefined && { target }) }
}

/** Comments become spaces, so that lines keep their numbers; strings stay. */
function blankComments(source: string): string {
  const parts = /(["'])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\.|[^\\`])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g
  return source.replace(parts, (part) => (part.startsWith('/') ? part.replace(/[^\n]/g, ' ') : part))
}
