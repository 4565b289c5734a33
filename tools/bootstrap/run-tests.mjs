import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { run } from './run.mjs'

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js')
const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', JEST]

/**
 * A worker keeps the modules of every file it has run. With some gigabytes of them it takes longer to exit than Jest waits for it, so one
 * that has grown this large makes room for a new one between two files.
 */
const WORKERS = ['--maxWorkers=2', '--workerIdleMemoryLimit=512MB']

/**
 * Stories play after the rest. Those of promotions wait for each other's answers most of the time; whole ones and floods play on their own, since
 * each of them fills a machine already. Paths stand before the patterns: Jest takes whatever follows those for more of them.
 */
const PHASES = [
  [...WORKERS, '--testPathIgnorePatterns=test/acceptance/', '--testPathIgnorePatterns=test/hostile/'],
  [...WORKERS, 'test/acceptance/promotion/'],
  ['--maxWorkers=1', 'test/acceptance/', 'test/hostile/', '--testPathIgnorePatterns=test/acceptance/promotion/'],
]

/** Every test, or those whose path matches the arguments; the last line says how many. Answers the exit code. */
export async function runTests(node, args) {
  const { code, total } = await countTests(node, args)
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return code
}

/** As `runTests`, with more environment for the tests; answers the exit code and how many tests there were of each kind. */
export async function countTests(node, args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-tests-'))
  const phases = args.length > 0 ? [[...WORKERS, ...args]] : PHASES
  const total = { passed: 0, failed: 0, skipped: 0 }
  let worst = 0
  for (const [index, phase] of phases.entries()) {
    const file = join(folder, `${index}.json`)
    const reporters = ['--reporters=default', `--reporters=${join(ROOT, 'tools', 'count-tests.cjs')}`]
    const code = await run(node, [...FLAGS, ...reporters, ...phase], { ...env, LOCKSTEP_TEST_COUNTS: file })
    worst = Math.max(worst, code)
    add(total, file)
  }
  rmSync(folder, { recursive: true, force: true })
  return { code: worst === 0 && total.failed === 0 ? 0 : Math.max(worst, 1), total }
}

/** Jest that ended before it could count has failed at something. */
function add(total, file) {
  const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 1, skipped: 0 }
  for (const name of Object.keys(total)) total[name] += counts[name]
}
