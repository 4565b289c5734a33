import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { prepareRealParts } from './real-parts.mjs'
import { ROOT } from './root.mjs'
import { countTests } from './run-tests.mjs'

/** What stands on an API server's behaviour. */
const SUITES = ['test/reconcile/', 'test/adapters/kubernetes/', 'test/deploy/']

/**
 * The tests against a real API server on each Kubernetes minor that is pinned, or on those that the arguments name (`1.33 1.35`), and a
 * table at the end. Answers the worst exit code.
 */
export async function testMinors(node, args) {
  const rows = []
  for (const minor of args.length > 0 ? args : pinnedMinors()) rows.push(await testMinor(node, minor))
  console.log('\nKubernetes  passed  failed  skipped  seconds')
  for (const row of rows) console.log(printRow(row))
  return Math.max(...rows.map(({ code }) => code))
}

function pinnedMinors() {
  const folders = readdirSync(join(ROOT, 'sandbox', 'cluster', 'control-plane'))
  return folders.filter((name) => /^\d+\.\d+$/.test(name)).sort()
}

/** Binaries of one's own are of one version: here they are left out. */
async function testMinor(node, minor) {
  const env = { LOCKSTEP_KUBERNETES: minor, KUBEBUILDER_ASSETS: '' }
  const began = Date.now()
  const there = await prepareRealParts(node, env)
  const { code, total } = there ? await countTests(node, SUITES, env) : { code: 4, total: undefined }
  return { minor, code, total, seconds: Math.round((Date.now() - began) / 1000) }
}

function printRow({ minor, total, seconds }) {
  if (!total) return `${minor.padEnd(10)}  could not be built`
  const { passed, failed, skipped } = total
  const columns = [`${passed}`.padStart(6), `${failed}`.padStart(6), `${skipped}`.padStart(7), `${seconds}`.padStart(7)]
  return `${minor.padEnd(10)}  ${columns.join('  ')}`
}
