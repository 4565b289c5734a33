import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import { runProcess } from '../process/run-process.ts'
import { cacheDirectory } from './cache-directory.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A kustomize that answered when asked for its version. */
export interface KustomizeBinary {
  /** Absolute path. */
  readonly command: string
  /** What comes before the directory, e.g. `['kustomize']` for kubectl. */
  readonly args: readonly string[]
  /** e.g. `kustomize v5.8.1` or `kubectl kustomize v5.5.0`. */
  readonly version: string
}

const VERSION_TIMEOUT_MS = 20_000

/**
 * `binary` or `KUSTOMIZE_BIN` where given, else `kustomize` on PATH, `kubectl` on PATH, `<cache>/bin/kustomize`, the first that works.
 * Refuses with KUSTOMIZE_MISSING (kind `unreachable`).
 */
export async function findKustomize(binary?: string, env: Environment = process.env): Promise<KustomizeBinary> {
  const named = binary ?? env.KUSTOMIZE_BIN
  if (named) {
    const path = await onPath(named, env)
    const found = path && (await asKustomize(path))
    if (found) return found
    throw missing(`${named} is not a kustomize that can be run.`)
  }
  const found =
    (await tryOne(await onPath('kustomize', env), asKustomize)) ??
    (await tryOne(await onPath('kubectl', env), asKubectl)) ??
    (await tryOne(await onPath(join(cacheDirectory(env), 'bin', 'kustomize'), env), asKustomize))
  if (!found) throw missing('Neither kustomize nor kubectl was found on PATH.')
  return found
}

async function tryOne(
  path: string | undefined,
  ask: (command: string) => Promise<KustomizeBinary | undefined>,
): Promise<KustomizeBinary | undefined> {
  return path === undefined ? undefined : ask(path)
}

/** Builds of Linux distributions call themselves `(devel)`, so any answer will do. */
async function asKustomize(command: string): Promise<KustomizeBinary | undefined> {
  const answer = await ask(command, ['version'])
  return answer ? { command, args: ['build'], version: `kustomize ${firstLine(answer)}` } : undefined
}

async function asKubectl(command: string): Promise<KustomizeBinary | undefined> {
  const answer = await ask(command, ['version', '--client'])
  const version = /^Kustomize Version:\s*(\S+)/m.exec(answer ?? '')?.[1]
  return version ? { command, args: ['kustomize'], version: `kubectl kustomize ${version}` } : undefined
}

async function ask(command: string, args: readonly string[]): Promise<string | undefined> {
  const call = { command, args, cwd: '/', env: {}, timeoutMs: VERSION_TIMEOUT_MS, maxBytes: 65_536 }
  const done = await runProcess(call)
  return done.ended === 'exit' && done.code === 0 ? done.stdout.toString() : undefined
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}

/** Absolute path of an executable file. */
export async function onPath(name: string, env: Environment): Promise<string | undefined> {
  const candidates = name.includes('/')
    ? [name]
    : (env.PATH ?? '').split(delimiter).map((directory) => join(directory, name))
  for (const candidate of candidates) {
    const path = isAbsolute(candidate) ? candidate : join(process.cwd(), candidate)
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (executable) return path
  }
  return undefined
}

function missing(message: string): LockstepError {
  const problem = {
    code: 'KUSTOMIZE_MISSING',
    message,
    remedy:
      'Install kustomize v5 (https://kubectl.docs.kubernetes.io/installation/kustomize), or name it in KUSTOMIZE_BIN.',
  }
  return new LockstepError(problem, { kind: 'unreachable' })
}
