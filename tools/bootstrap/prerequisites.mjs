import { spawnSync } from 'node:child_process'
import { fault } from './fault.mjs'

const OLDEST_GIT = [2, 38]

/** npm and git are all that has to be there; Go is asked for by what builds with it, and only when that is not in the cache. */
export function requireTools() {
  const [nodeMajor = 0] = process.versions.node.split('.').map(Number)
  if (nodeMajor < 20) throw fault(`Node ${process.versions.node} is too old: install Node 20 or newer.`)
  if (spawnSync('npm', ['--version']).status !== 0)
    throw fault('npm was not found on PATH: install it; it comes with Node.')
  const git = spawnSync('git', ['--version'], { encoding: 'utf8' })
  if (git.status !== 0) throw fault('git was not found on PATH: install git 2.38 or newer.')
  const [major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(git.stdout)?.slice(1).map(Number) ?? []
  if (major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1]))
    throw fault(`${git.stdout.trim()} is too old: install git 2.38 or newer.`)
}
