import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { git } from '../../preview/git.ts'
import { definitionBody } from './definitions.ts'
import type { Preset, Wrapped } from './presets.ts'
import { extract } from './upstream.ts'

const FIRST = 'dev'
const DEFINITIONS = 'definitions'
/** Stays when everything else leaves: an environment without any overlay may be a mistake, and nothing is removed then. */
const KEPT = 'kept'

/** A repository with the upstream's files under `upstream/` and an overlay for each kustomization of the preset. */
export class RealRepository {
  readonly directory: string
  readonly #preset: Preset
  readonly #clone: string

  constructor(directory: string, preset: Preset, clone: string) {
    this.directory = directory
    this.#preset = preset
    this.#clone = clone
  }

  get targets(): number {
    const { own, wrapped, definitions } = this.#preset
    const kept = this.#environments.length
    return (own?.environments.length ?? 0) + wrapped.length + (definitions.length > 0 ? 1 : 0) + kept
  }

  get #environments(): readonly string[] {
    return this.#preset.own?.environments ?? [FIRST]
  }

  /** A repository with a configuration and next to nothing to apply. */
  async init(): Promise<void> {
    await mkdir(this.directory, { recursive: true })
    await git(this.directory, 'init', '--quiet', '--initial-branch=main')
    await this.#write('.lockstep.yaml', this.#config(true))
    await this.#keep('nothing')
    await this.#commit('Nothing yet')
  }

  /** Everything, with the upstream's files of that ref; answers the commit. */
  async deploy(ref: string): Promise<string> {
    const { folders, wrapped, definitions } = this.#preset
    await extract(this.#clone, ref, folders, join(this.directory, 'upstream'))
    await this.#keep(ref)
    for (const overlay of wrapped) await this.#wrap(overlay)
    if (definitions.length > 0) {
      await this.#write(
        `${overlayOf(DEFINITIONS)}/kustomization.yaml`,
        stringify({ resources: ['definitions.yaml'], commonAnnotations: { 'bench.lockstep.dev/version': ref } }),
      )
      const bodies = definitions.map((definition) => stringify(definitionBody(definition)))
      await this.#write(`${overlayOf(DEFINITIONS)}/definitions.yaml`, bodies.join('---\n'))
    }
    return this.#commit(`Deploy ${ref}`)
  }

  /** Takes every application of the upstream away. */
  async remove(): Promise<string> {
    const { wrapped } = this.#preset
    const applications = [...wrapped.map(({ application }) => application), DEFINITIONS]
    for (const path of ['upstream', ...applications.map((name) => `apps/${name}`)]) {
      await rm(join(this.directory, path), { recursive: true, force: true })
    }
    // An order of applications that are not there would be a mistake too.
    await this.#write('.lockstep.yaml', this.#config(false))
    return this.#commit('Remove everything')
  }

  /** Says which version it was made for, so that each commit is news to it. */
  async #keep(ref: string): Promise<void> {
    for (const environment of this.#environments) {
      const overlay = overlayOf(KEPT, environment)
      const metadata = { name: `kept-${environment}`, namespace: 'default' }
      await this.#write(`${overlay}/kustomization.yaml`, 'resources: [kept.yaml]\n')
      await this.#write(
        `${overlay}/kept.yaml`,
        stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { ref } }),
      )
    }
  }

  async #wrap({ application, resources, components = [] }: Wrapped): Promise<void> {
    const upstream = (path: string) => `../../../../upstream/${path}`
    const overlay = overlayOf(application)
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: application } }
    await this.#write(`${overlay}/namespace.yaml`, stringify(namespace))
    await this.#write(
      `${overlay}/kustomization.yaml`,
      stringify({
        namespace: application,
        resources: ['namespace.yaml', ...resources.map(upstream)],
        ...(components.length > 0 && { components: components.map(upstream) }),
      }),
    )
  }

  #config(ordered: boolean): string {
    const { own, rules, definitions, wrapped } = this.#preset
    const templates = [...(own ? [`upstream/${own.template}`] : []), 'apps/{app}/overlays/{environment}']
    const after = Object.fromEntries(wrapped.map(({ application }) => [application, [DEFINITIONS]]))
    return [
      'version: 1',
      `overlays: ${JSON.stringify(templates)}`,
      ...(own ? [`application: ${own.application}`] : []),
      `environments: [${this.#environments.map((name) => `{ name: ${name}, cluster: bench }`).join(', ')}]`,
      ...(ordered && definitions.length > 0 ? [`order: ${JSON.stringify(after)}`] : []),
      `health: { timeout: 2m, rules: [${rules.join(', ')}] }`,
      'prune: { limit: 100 }',
      'removal: delete',
      '',
    ].join('\n')
  }

  async #write(path: string, text: string): Promise<void> {
    const file = join(this.directory, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }

  async #commit(message: string): Promise<string> {
    await git(this.directory, 'add', '--all')
    await git(this.directory, 'commit', '--quiet', `--message=${message}`)
    return git(this.directory, 'rev-parse', 'HEAD')
  }
}

function overlayOf(application: string, environment = FIRST): string {
  return `apps/${application}/overlays/${environment}`
}
