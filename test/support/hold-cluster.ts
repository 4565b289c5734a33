// Starts a control plane in the folder given, says so, and waits to be killed.

import { ensureControlPlane } from '../../sandbox/cluster/control-plane.ts'
import { startCluster } from '../../sandbox/cluster/start.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'

const directory = process.argv[2] ?? ''
const progress = () => {}
const binaries = await ensureControlPlane({ cache: cacheDirectory(), progress })
const { server } = await startCluster({ binaries, directory, progress, controllers: false })
process.stdout.write(`${server}\n`)
setInterval(() => {}, 60_000)
