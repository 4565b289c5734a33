import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseManifests, renderDigest } from '../../src/model/parse-manifests.ts'
import type { Render, Renderer } from '../../src/model/renderer.ts'
import type { Target } from '../../src/model/target.ts'
import { blobId, type Tree } from '../../src/model/tree.ts'
import { git } from '../preview/git.ts'

export const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - name: bench
    cluster: bench
drift: { policy: heal }
`

const KUSTOMIZATION = 'resources: [objects.yaml]\n'

export function targetOf(application: string): Target {
  return { application, environment: 'bench', cluster: 'bench' }
}

/** A repository with an overlay for each application, which renders to the text of a file. Nothing is read before it is asked for. */
export function treeOfFiles(files: ReadonlyMap<string, string>): Tree {
  const texts = new Map<string, () => Promise<Buffer>>([['.lockstep.yaml', async () => Buffer.from(CONFIG)]])
  for (const [application, file] of files) {
    const overlay = `apps/${application}/overlays/bench`
    texts.set(`${overlay}/kustomization.yaml`, async () => Buffer.from(KUSTOMIZATION))
    texts.set(`${overlay}/objects.yaml`, () => readFile(file))
  }
  const paths = [...texts.keys()]
  return {
    id: createHash('sha1')
      .update([...files].join('\n'))
      .digest('hex'),
    entries: async () => new Map(paths.map((path) => [path, { path, mode: '100644', id: blobId(path) }])),
    async read(wanted) {
      const known = wanted.filter((path) => texts.has(path))
      const read = known.map(async (path) => [path, (await texts.get(path)?.()) as Buffer] as const)
      return new Map(await Promise.all(read))
    },
  }
}

/** The same on disk, as a clone with one application. */
export async function cloneOf(directory: string, application: string, file: string): Promise<string> {
  const overlay = join(directory, `apps/${application}/overlays/bench`)
  await mkdir(overlay, { recursive: true })
  await writeFile(join(directory, '.lockstep.yaml'), CONFIG)
  await writeFile(join(overlay, 'kustomization.yaml'), KUSTOMIZATION)
  await copyFile(file, join(overlay, 'objects.yaml'))
  await git(directory, 'init', '--quiet', '--initial-branch=main')
  await git(directory, 'remote', 'add', 'origin', 'https://github.com/acme/load')
  await git(directory, 'add', '--all')
  await git(directory, 'commit', '--quiet', '--message=Load')
  return directory
}

/** Reads such files without kustomize: Flux's library and kubectl begin with the same text. The last render is kept. */
export function readingRenderer(): Renderer {
  let last: { readonly of: string; readonly render: Promise<Render> } | undefined
  return {
    version: async () => 'none',
    render(tree, overlay) {
      const of = `${tree.id} ${overlay}`
      if (last?.of !== of) last = { of, render: readRender(tree, overlay) }
      return last.render
    },
  }
}

async function readRender(tree: Tree, overlay: string): Promise<Render> {
  const path = `${overlay}/objects.yaml`
  const text = (await tree.read([path])).get(path)?.toString('utf8') ?? ''
  const manifests = parseManifests(text)
  return { text, manifests, digest: renderDigest(manifests), inputs: [path] }
}
