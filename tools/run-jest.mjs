// Jest with the flags ES modules need, under a Node that strips types. Arguments go to Jest unchanged.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findNode } from './bootstrap/node.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
const jest = `${root}node_modules/jest/bin/jest.js`
const done = spawnSync(findNode(), [...flags, jest, '--maxWorkers=1', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // What yesterday's code rendered must not pass for what today's renders.
  env: { ...process.env, LOCKSTEP_RENDERS: 'off' },
})
process.exit(done.status ?? 1)
