import { join } from 'node:path'
import { prepareRealParts } from './real-parts.mjs'
import { ROOT } from './root.mjs'
import { run } from './run.mjs'

const bin = (name) => join(ROOT, 'node_modules', '.bin', name)
const QUIET = '--disable-warning=ExperimentalWarning'

const format = ({ args }) => run(bin('biome'), ['check', '--write', ...args])
const types = () => run(bin('tsc'), ['--noEmit'])
const lint = ({ node }) =>
  inOrder([
    () => run(bin('biome'), ['ci', '--error-on-warnings', ...(process.stdout.isTTY ? [] : ['--colors=off'])]),
    () => run(bin('oxlint'), ['--deny-warnings', 'src', 'sandbox', 'tools', 'test']),
    () => run(node, [QUIET, join(ROOT, 'tools', 'lint', 'main.ts')]),
  ])

/** All tests, or those that match the arguments; ends with a line `N passed, N failed, N skipped`. */
async function test({ node, args }) {
  if (!(await prepareRealParts(node))) return 4
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js')
  const reporters = ['--reporters=default', `--reporters=${join(ROOT, 'tools', 'closing-line.cjs')}`]
  return run(node, ['--experimental-vm-modules', QUIET, jest, '--maxWorkers=2', ...reporters, ...args])
}

/** Each step is `{ node, args } → exit code`. */
export const STEPS = {
  install: async () => 0,
  demo: ({ node, args }) => run(node, [QUIET, join(ROOT, 'src', 'cli.ts'), 'demo', ...args]),
  test,
  format,
  lint,
  types,
  check: (context) => inOrder([() => lint(context), types, () => test(context)]),
}

/** Stops at the first that does not end well. */
async function inOrder(steps) {
  for (const step of steps) {
    const code = await step()
    if (code !== 0) return code
  }
  return 0
}
