import { spawn } from 'node:child_process'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LockstepError } from '../../src/model/errors.ts'
import type { Program } from './programs.ts'

const TAIL_LINES = 12

/**
 * Builds one program with Go into `directory/<name>`; the file appears only once it is complete. Modules are checked against the
 * committed go.sum. Downloads and compiled packages go to `goCache`, which the caller removes.
 */
export async function goBuild(
  program: Program,
  directory: string,
  goCache: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const unfinished = join(directory, `${program.name}.${process.pid}.part`)
  const args = [
    'build',
    '-mod=readonly',
    '-modcacherw',
    '-trimpath',
    '-ldflags',
    program.linkerFlags ?? '-s -w',
    '-o',
    unfinished,
    program.package,
  ]
  const environment = {
    ...env,
    CGO_ENABLED: '0',
    GOWORK: 'off',
    GOMODCACHE: join(goCache, 'modules'),
    GOCACHE: join(goCache, 'compiled'),
  }
  try {
    await run('go', args, program.module, environment, program.name)
    await rename(unfinished, join(directory, program.name))
  } finally {
    await rm(unfinished, { force: true })
  }
}

function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output: string[] = []
    const keep = (chunk: Buffer) => {
      output = [...output, ...chunk.toString().split('\n').filter(Boolean)].slice(-TAIL_LINES)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => reject(error.message.includes('ENOENT') ? noGo(name, error) : error))
    child.on('close', (code) => (code === 0 ? resolve() : reject(buildFailed(name, output))))
  })
}

function noGo(name: string, cause: Error): LockstepError {
  return new LockstepError(
    {
      code: 'SANDBOX_NO_GO',
      message: `${name} is not in the cache yet, and Go, which builds it, was not found on PATH.`,
      remedy:
        'Install Go 1.26 or newer (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok (and have kustomize on PATH).',
    },
    { kind: 'unreachable', cause },
  )
}

function buildFailed(name: string, output: readonly string[]): LockstepError {
  return new LockstepError(
    {
      code: 'SANDBOX_BUILD_FAILED',
      message: `Go could not build ${name}: ${output.join(' / ') || 'it said nothing'}.`,
      remedy:
        'Check that Go is 1.26 or newer and that its module proxy can be reached (go env GOPROXY), then run the same command again.',
    },
    { kind: 'unreachable' },
  )
}
