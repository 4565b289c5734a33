import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fault } from './fault.mjs'
import { ROOT } from './root.mjs'

/** The oldest Node that runs the sources as they are, and the Kubernetes client. */
const OLDEST = [22, 20]

/** The running Node where it is new enough, else the one that came with the dependencies. */
export function findNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return process.execPath
  const bundled = join(ROOT, 'node_modules', '.bin', 'node')
  if (existsSync(bundled)) return bundled
  throw fault(
    `Node ${process.versions.node} is older than ${OLDEST.join('.')} and no newer one comes with the dependencies for ${process.platform} ${process.arch}: install Node 24.`,
  )
}
