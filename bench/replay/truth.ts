import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { runProcess } from '../../src/adapters/process/run-process.ts'
import { mapLimited } from '../../src/model/map-limited.ts'
import { git, listCommit } from './clone.ts'
import { looseKey } from './loose-inputs.ts'

/** What `kustomize build` printed, as SHA-256, or the first words of why it did not. */
export type Built = { readonly hash: string } | { readonly failure: string }

/** Full builds by the plain binary from files on disk: no part of Lockstep decides what is built or read. */
export class Truth {
  builds = 0
  readonly #binary: string
  readonly #directory: string
  readonly #texts = new Map<string, string>()
  readonly #known = new Map<string, Built>()

  /** `directory` becomes a work tree of the clone. */
  constructor(clone: string, binary: string, directory: string) {
    this.#binary = binary
    this.#directory = directory
    git(clone, ['clone', '--quiet', '--shared', '--no-checkout', '.', directory])
  }

  /** Every kustomization's build at a commit, by directory; built again only where anything it might read has changed. */
  async at(commit: string, directories: readonly string[]): Promise<Map<string, Built>> {
    git(this.#directory, ['checkout', '--quiet', '--force', '--detach', commit])
    const listing = await listCommit(this.#directory, commit, this.#texts)
    const built = await mapLimited(directories, availableParallelism(), async (directory) => {
      const key = looseKey(listing, directory)
      const known = this.#known.get(key) ?? (await this.#build(directory))
      this.#known.set(key, known)
      return [directory, known] as const
    })
    return new Map(built)
  }

  close(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true })
  }

  /** No git, no helm and no network, so only what the repository holds can be built. */
  async #build(directory: string): Promise<Built> {
    this.builds += 1
    const done = await runProcess({
      command: this.#binary,
      args: ['build', `./${directory}`],
      cwd: this.#directory,
      env: { PATH: '/nonexistent', HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' },
      timeoutMs: 120_000,
      maxBytes: 256 * 1024 ** 2,
    })
    if (done.ended === 'exit' && done.code === 0) return { hash: sha256(done.stdout) }
    return { failure: kindOfFailure(done.stderr) }
  }
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function kindOfFailure(stderr: string): string {
  if (/plugins disabled|alpha-plugins|unable to load.*plugin/i.test(stderr)) return 'a plugin'
  if (/must specify --enable-helm/.test(stderr)) return 'helm'
  if (/git|dial tcp|proxyconnect|http/i.test(stderr)) return 'the network'
  if (/evalsymlink failure|no such file/.test(stderr)) return 'a missing file'
  if (/is empty/.test(stderr)) return 'an empty kustomization'
  return stderr.trim().split(': ').at(-1)?.slice(0, 100) ?? 'no reason given'
}
