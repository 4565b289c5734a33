import { constants } from 'node:fs'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ControlPlaneBinaries, ensureControlPlane } from '../../sandbox/cluster/control-plane.ts'
import { goBuild } from '../../sandbox/cluster/go-build.ts'
import { minorOf } from '../../sandbox/cluster/minors.ts'
import { controlPlaneVersion, type Program, programsOf } from '../../sandbox/cluster/programs.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'
import { ensureRenderer } from '../../src/adapters/kustomize/resident/ensure-renderer.ts'
import { sourcesDigest } from '../../src/adapters/kustomize/resident/renderer-sources.ts'
import { withLock } from '../../src/adapters/process/build-lock.ts'

/** What is measured on and against. */
export interface BenchPrograms {
  readonly controlPlane: ControlPlaneBinaries
  /** Of the API server's own version, whatever is on PATH. */
  readonly kubectl: string
  /** Applies with Flux's library. */
  readonly flux: string
  /** undefined: the kustomize binary renders. */
  readonly renderer: string | undefined
}

const FLUX = fileURLToPath(new URL('flux', import.meta.url))

/** Finds or builds everything; minutes, once. Safe to interrupt and to run twice at once. */
export async function ensurePrograms(say: (line: string) => void): Promise<BenchPrograms> {
  const cache = cacheDirectory()
  const controlPlane = await ensureControlPlane({ cache, progress: say })
  const minor = minorOf(process.env)
  const { kubectl } = programsOf(minor)
  const flux = { name: 'flux-apply', module: FLUX, package: '.', linkerFlags: '-s -w' }
  return {
    controlPlane,
    kubectl: await built(kubectl, join(cache, 'bench', controlPlaneVersion(minor)), say),
    flux: await built(flux, join(cache, 'bench', `flux-${await sourcesDigest(FLUX)}`), say),
    renderer: await ensureRenderer({ say }),
  }
}

async function built(program: Program, directory: string, say: (line: string) => void): Promise<string> {
  const path = join(directory, program.name)
  await mkdir(directory, { recursive: true })
  const waiting = () => say(`another process builds ${program.name}: waiting for it`)
  await withLock(`${path}.lock`, waiting, async () => {
    if (await isExecutable(path)) return
    say(`building ${program.name} with Go, once: a minute or two`)
    const goCache = join(directory, 'go')
    await goBuild(program, directory, goCache, process.env)
    await rm(goCache, { recursive: true, force: true })
  })
  return path
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
