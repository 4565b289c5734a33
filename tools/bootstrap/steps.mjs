import { join } from 'node:path'
import { prepareRealParts } from './real-parts.mjs'
import { ROOT } from './root.mjs'
import { run } from './run.mjs'
import { runTests } from './run-tests.mjs'
import { testMinors } from './test-minors.mjs'

const bin = (name) => join(ROOT, 'node_modules', '.bin', name)
const QUIET = '--disable-warning=ExperimentalWarning'

const format = ({ args }) => run(bin('biome'), ['check', '--write', ...args])
const types = () => run(bin('tsc'), ['--noEmit'])
const lint = ({ node }) =>
  inOrder([
    () => run(bin('biome'), ['ci', '--error-on-warnings', ...(process.stdout.isTTY ? [] : ['--colors=off'])]),
    () => run(bin('oxlint'), ['--deny-warnings', 'src', 'sandbox', 'tools', 'bench', 'test']),
    () => run(node, [QUIET, join(ROOT, 'tools', 'lint', 'main.ts')]),
  ])

const test = async ({ node, args }) => ((await prepareRealParts(node)) ? runTests(node, args) : 4)

/** Each step is `{ node, args } → exit code`. */
export const STEPS = {
  install: async () => 0,
  demo: ({ node, args }) => run(node, [QUIET, join(ROOT, 'src', 'cli.ts'), 'demo', ...args]),
  test,
  minors: ({ node, args }) => testMinors(node, args),
  bench: ({ node, args: [name = '', ...args] }) => run(node, [QUIET, join(ROOT, 'bench', `${name}.ts`), ...args]),
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
