import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { git } from '../preview/git.ts'
import { namespaceOf } from './load.ts'
import { CONFIG } from './one-file.ts'

/** Four objects each, as in Flux's published benchmark: a Deployment of no replicas, ServiceAccount, Service and Ingress. */
export class OverlayRepository {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  /** A repository with a configuration and no application yet. */
  static async make(directory: string): Promise<OverlayRepository> {
    await mkdir(directory, { recursive: true })
    await git(directory, 'init', '--quiet', '--initial-branch=main')
    const repository = new OverlayRepository(directory)
    await repository.#commit({ '.lockstep.yaml': CONFIG })
    return repository
  }

  /** Gives every application this tag, in one commit; answers its id. */
  async deploy(applications: number, tag: string): Promise<string> {
    const files = Array.from({ length: applications }, (_, index) => filesOf(index, tag))
    return this.#commit(Object.assign({}, ...files))
  }

  async #commit(files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.directory, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    await git(this.directory, 'add', '--all')
    await git(this.directory, 'commit', '--quiet', '--message=Deploy')
    return git(this.directory, 'rev-parse', 'HEAD')
  }
}

function filesOf(index: number, tag: string): Record<string, string> {
  const name = nameOf(index)
  const root = `apps/${name}`
  const bodies = objects(name)
  return {
    ...Object.fromEntries(bodies.map((body) => [`${root}/base/${body.kind.toLowerCase()}.yaml`, stringify(body)])),
    [`${root}/base/kustomization.yaml`]: stringify({
      resources: bodies.map(({ kind }) => `${kind.toLowerCase()}.yaml`),
    }),
    [`${root}/overlays/bench/kustomization.yaml`]: stringify({
      namespace: namespaceOf(index),
      resources: ['../../base'],
      images: [{ name: 'registry.example.com/app', newTag: tag }],
    }),
  }
}

export function nameOf(index: number): string {
  return `app-${index}`
}

/** A label of every Deployment, for others to write. */
export const PART_OF = { label: 'app.kubernetes.io/part-of', value: 'load' }

function objects(name: string) {
  const metadata = { name, labels: { 'app.kubernetes.io/name': name, [PART_OF.label]: PART_OF.value } }
  const selector = { 'app.kubernetes.io/name': name }
  const container = { name: 'app', image: 'registry.example.com/app', ports: [{ name: 'http', containerPort: 8080 }] }
  const backend = { service: { name, port: { name: 'http' } } }
  const rule = { host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 0,
        selector: { matchLabels: selector },
        template: { metadata: { labels: selector }, spec: { serviceAccountName: name, containers: [container] } },
      },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules: [rule] } },
  ]
}
