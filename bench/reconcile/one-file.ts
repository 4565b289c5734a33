import { readFile } from 'node:fs/promises'
import { parseManifests, renderDigest } from '../../src/model/parse-manifests.ts'
import type { Render, Renderer } from '../../src/model/renderer.ts'
import type { Target } from '../../src/model/target.ts'
import { memoryTree, type Tree } from '../../src/model/tree.ts'

export const LOAD_TARGET: Target = { application: 'load', environment: 'bench', cluster: 'bench' }
const OVERLAY = 'apps/load/overlays/bench'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - name: bench
    cluster: bench
drift: { policy: heal }
`

/** A repository whose one overlay renders to the text of a file. */
export async function treeOf(file: string): Promise<Tree> {
  return memoryTree({
    '.lockstep.yaml': CONFIG,
    [`${OVERLAY}/kustomization.yaml`]: 'resources: [objects.yaml]\n',
    [`${OVERLAY}/objects.yaml`]: await readFile(file, 'utf8'),
  })
}

/** Reads such files once each, without kustomize: Flux's library and kubectl begin with the same text. */
export function readingRenderer(): Renderer {
  const read = new Map<string, Promise<Render>>()
  return {
    version: async () => 'none',
    render(tree, overlay) {
      const known = read.get(tree.id) ?? readRender(tree, overlay)
      read.set(tree.id, known)
      return known
    },
  }
}

async function readRender(tree: Tree, overlay: string): Promise<Render> {
  const path = `${overlay}/objects.yaml`
  const text = (await tree.read([path])).get(path)?.toString('utf8') ?? ''
  const manifests = parseManifests(text)
  return { text, manifests, digest: renderDigest(manifests), inputs: [path] }
}
