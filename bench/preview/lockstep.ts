import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Measured, measure } from './measure.ts'

const LOCKSTEP = fileURLToPath(new URL('../../bin/lockstep', import.meta.url))

/** `lockstep` on one repository with a cache of its own, empty at first. */
export class LockstepRuns {
  readonly #repository: string
  readonly #cache: string
  readonly #env: Readonly<Record<string, string>>

  /** `env` says which renderer builds. */
  constructor(repository: string, cache: string, env: Readonly<Record<string, string>>) {
    this.#repository = repository
    this.#cache = cache
    this.#env = env
  }

  /** Renders everything on `main` once, as a worker does when the base branch moves. */
  async warmBase(): Promise<void> {
    await this.#run(['validate'], 'validate.json')
  }

  async diff(branch: string): Promise<Measured & { readonly overlays: number }> {
    const measured = await this.#run(['diff', '--base', 'main', '--head', branch], 'diff.json')
    const report = JSON.parse(await readFile(join(this.#cache, 'diff.json'), 'utf8')) as Report
    return { ...measured, overlays: report.overlays.filter(({ status }) => status === 'changed').length }
  }

  async #run(args: readonly string[], name: string): Promise<Measured> {
    await mkdir(this.#cache, { recursive: true })
    const [command = '', ...rest] = args
    return measure({
      command: LOCKSTEP,
      args: [command, '--repo', this.#repository, ...rest, '--format', 'json'],
      cwd: this.#cache,
      env: { ...this.#env, LOCKSTEP_CACHE: this.#cache },
      output: join(this.#cache, name),
    })
  }
}

interface Report {
  readonly overlays: readonly { readonly status: string }[]
}
