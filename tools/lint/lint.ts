import type { Finding } from './finding.ts'
import { importCycles } from './import-cycles.ts'
import { importDirections } from './import-directions.ts'
import { pureFiles } from './pure-files.ts'
import { readImports } from './read-imports.ts'
import { type Machine, trackedText } from './tracked-text.ts'

/** Every violation of the house rules in these files (path from the root → text), by file and line. */
export function lint(files: ReadonlyMap<string, string>, machine: Machine): Finding[] {
  const sources = [...files].filter(([file]) => /^(?:src|sandbox|tools|test|bench)\/.*\.(?:ts|mjs|cjs)$/.test(file))
  const imports = new Map(sources.map(([file, text]) => [file, readImports(file, text)]))
  const findings = [
    ...sources.flatMap(([file]) => importDirections(file, imports.get(file) ?? [])),
    ...sources.flatMap(([file, text]) => pureFiles(file, text, imports.get(file) ?? [])),
    ...importCycles(imports),
    ...[...files].flatMap(([file, text]) => trackedText(file, text, machine)),
  ]
  return findings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
}
