import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fault } from './fault.mjs'
import { ROOT } from './root.mjs'
import { run } from './run.mjs'

const STAMP = join(ROOT, 'node_modules', '.lockstep-installed')
const LOCK = join(ROOT, '.lockstep-installing')
const STALE_MS = 20_000

/** `npm ci`, unless the last one was for this very lock file. Two callers at once install once. */
export async function install() {
  const wanted = lockDigest()
  if (isInstalled(wanted)) return
  await holdLock()
  const beat = setInterval(() => utimesSync(LOCK, new Date(), new Date()), 2_000)
  try {
    if (isInstalled(wanted)) return
    const began = Date.now()
    const say = () => console.error(`installing the npm packages (${Math.round((Date.now() - began) / 1000)} s)`)
    say()
    const timer = setInterval(say, 10_000)
    const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']).finally(() =>
      clearInterval(timer),
    )
    if (code !== 0) throw fault(`npm ci ended with ${code}; its words are above. Check the network and try again.`)
    writeFileSync(STAMP, wanted)
  } finally {
    clearInterval(beat)
    rmSync(LOCK, { recursive: true, force: true })
  }
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
}

function isInstalled(wanted) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted
}

/** Making a folder is atomic; one that nobody touched for a while was left by a killed process. */
async function holdLock() {
  for (;;) {
    try {
      mkdirSync(LOCK)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > STALE_MS) rmSync(LOCK, { recursive: true, force: true })
    else await sleep(500)
  }
}
