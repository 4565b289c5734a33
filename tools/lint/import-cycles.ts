import type { Finding } from './finding.ts'
import type { Import } from './read-imports.ts'

/** Files that import each other in a circle, imports of types included. One finding for each circle found. */
export function importCycles(files: ReadonlyMap<string, readonly Import[]>): Finding[] {
  const done = new Set<string>()
  const findings: Finding[] = []
  const visit = (file: string, way: readonly string[], line: number) => {
    const start = way.indexOf(file)
    if (start >= 0) {
      const circle = [...way.slice(start), file]
      const message = `imports itself in a circle: ${circle.join(' → ')}`
      findings.push({ file: way.at(-1) ?? file, line, rule: 'import-cycle', message })
    } else if (!done.has(file)) {
      for (const { target, line: at } of files.get(file) ?? [])
        if (target && files.has(target)) visit(target, [...way, file], at)
      done.add(file)
    }
  }
  for (const file of files.keys()) visit(file, [], 1)
  return findings
}
