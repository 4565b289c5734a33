import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { run } from './run.mjs'

const DEBIAN_PACKAGES = { 'redis-server': 'redis-server', chromium: 'chromium', prlimit: 'util-linux' }

/**
 * What the tests need and npm does not bring: kustomize and the control plane from the cache or built, Redis and a browser from Debian where
 * that is allowed (root in CI). Answers whether all of it is there.
 */
export async function prepareRealParts(node, env = {}) {
  await installDebianPackages()
  const script = join(ROOT, 'tools', 'bootstrap', 'build-real-parts.ts')
  const code = await run(node, ['--disable-warning=ExperimentalWarning', script], env)
  return code === 0
}

async function installDebianPackages() {
  const missing = Object.entries(DEBIAN_PACKAGES)
    .filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    .map(([, name]) => name)
  const may = process.env.CI === 'true' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (missing.length === 0 || !may) return
  console.error(`installing from Debian: ${missing.join(', ')}`)
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], quiet)
  await run('apt-get', ['install', '--yes', '-qq', '--no-install-recommends', ...missing], quiet)
}
