import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printFinding } from './finding.ts'
import { lint } from './lint.ts'
import { thisMachine } from './this-machine.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const BINARY = /\.(?:png|jpg|ico|gz|bin)$/

/** Files that git tracks, and new ones it does not ignore. */
function readFiles(): Map<string, string> {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`)
  const files = new Map<string, string>()
  for (const path of listed.stdout.split('\0')) {
    if (path === '' || BINARY.test(path)) continue
    try {
      files.set(path, readFileSync(join(root, path), 'utf8'))
    } catch (error) {
      // Deleted and not yet committed, or a link that leads nowhere.
      if (!['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  return files
}

const findings = lint(readFiles(), thisMachine(root))
for (const finding of findings) console.log(printFinding(finding))
console.log(findings.length === 0 ? 'house rules: no findings' : `house rules: ${findings.length} findings`)
process.exitCode = findings.length === 0 ? 0 : 1
