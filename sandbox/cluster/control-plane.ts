import { constants } from 'node:fs'
import { access, mkdir, readdir, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { withLock } from '../../src/adapters/process/build-lock.ts'
import { LockstepError } from '../../src/model/errors.ts'
import { goBuild } from './go-build.ts'
import { minorOf } from './minors.ts'
import { controlPlaneVersion, type Program, type Programs, programsOf } from './programs.ts'

/** Paths of the programs. */
export type ControlPlaneBinaries = Readonly<Record<keyof Programs, string>>

export interface Provision {
  /** Lockstep's cache folder; see `cacheDirectory`. */
  readonly cache: string
  /** Told what is being done at least every ten seconds while it lasts. */
  readonly progress: (line: string) => void
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Those of the minor that `LOCKSTEP_KUBERNETES` names where absent. */
  readonly programs?: Programs
}

const PROGRESS_MS = 10_000

/**
 * Finds every program in `KUBEBUILDER_ASSETS`, the cache or (kubectl) on PATH, and builds the missing ones into the cache: about
 * four minutes on two cores, once. Safe to interrupt and to run twice at once.
 */
export async function ensureControlPlane(provision: Provision): Promise<ControlPlaneBinaries> {
  const { cache, progress, env = process.env } = provision
  const minor = minorOf(env)
  const programs = provision.programs ?? programsOf(minor)
  const directory = join(cache, 'control-plane', controlPlaneVersion(minor))
  await requireCompleteAssets(programs, env)
  const missing = await missingPrograms(programs, directory, env)
  if (missing.length > 0) await buildMissing(programs, directory, env, progress)
  const found = await Promise.all(
    Object.entries(programs).map(async ([key, program]) => [key, await locate(program, directory, env)] as const),
  )
  return Object.fromEntries(found) as ControlPlaneBinaries
}

async function missingPrograms(programs: Programs, directory: string, env: Environment): Promise<Program[]> {
  const paths = await Promise.all(Object.values(programs).map((program) => locate(program, directory, env)))
  return Object.values(programs).filter((_, index) => paths[index] === undefined)
}

async function buildMissing(
  programs: Programs,
  directory: string,
  env: Environment,
  progress: (line: string) => void,
): Promise<void> {
  await mkdir(directory, { recursive: true })
  const { report, stop } = stepReporter(progress)
  const waiting = () => report('another process builds the local control plane: waiting for it')
  try {
    await withLock(`${directory}.lock`, waiting, async () => {
      await removeUnfinished(directory)
      const missing = await missingPrograms(programs, directory, env)
      const goCache = join(directory, 'go')
      for (const [index, program] of missing.entries()) {
        report(`building ${program.name} (${index + 1} of ${missing.length}; minutes in all, only this once)`)
        await goBuild(program, directory, goCache, env)
      }
      await rm(goCache, { recursive: true, force: true })
    })
  } finally {
    stop()
  }
}

type Environment = Readonly<Record<string, string | undefined>>

async function locate(program: Program, directory: string, env: Environment): Promise<string | undefined> {
  const path = program.name === 'kubectl' ? (env.PATH ?? '').split(delimiter) : []
  const folders = [env.KUBEBUILDER_ASSETS, directory, ...path].filter((folder) => folder !== undefined && folder !== '')
  for (const folder of folders as string[]) {
    if (await isExecutable(join(folder, program.name))) return join(folder, program.name)
  }
  return undefined
}

async function requireCompleteAssets({ etcd, apiserver }: Programs, env: Environment): Promise<void> {
  const folder = env.KUBEBUILDER_ASSETS
  if (!folder) return
  for (const { name } of [etcd, apiserver]) {
    if (await isExecutable(join(folder, name))) continue
    throw new LockstepError({
      code: 'SANDBOX_ASSETS_INCOMPLETE',
      message: `KUBEBUILDER_ASSETS is ${folder}, which holds no executable ${name}.`,
      remedy: 'Point it at a folder with etcd and kube-apiserver (setup-envtest makes one), or unset it.',
    })
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function removeUnfinished(directory: string): Promise<void> {
  const unfinished = (await readdir(directory)).filter((name) => name.endsWith('.part'))
  await Promise.all(unfinished.map((name) => rm(join(directory, name), { force: true })))
}

/** Tells each new step, and every ten seconds that it lasts. */
function stepReporter(progress: (line: string) => void) {
  const begun = Date.now()
  let step = ''
  const timer = setInterval(() => progress(`${step}, ${Math.round((Date.now() - begun) / 1000)} s so far`), PROGRESS_MS)
  const report = (next: string) => {
    if (next !== step) progress(next)
    step = next
  }
  return { report, stop: () => clearInterval(timer) }
}
