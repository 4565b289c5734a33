import { findOverlays, targetsOf } from '../../config/layout.ts'
import type { Overlay } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import { overlaysOf } from '../carry/overlays-of.ts'
import type { PromotionPorts } from '../ports.ts'
import type { Snapshot } from '../pulls/snapshot.ts'
import { knownFact } from './known-fact.ts'

interface Place {
  readonly application: string
  readonly environment: string
}

/**
 * Why the application would be rendered to something else by the merge than it is in the head itself, which is what was reviewed:
 * clusters that came or went, then files of its overlays that moved on the base. Empty where the render is the same; undefined where
 * either side does not render.
 */
export async function movedInRender(
  ports: Pick<PromotionPorts, 'mirror' | 'renderer' | 'loadConfig'>,
  snapshot: Snapshot,
  head: string,
  place: Place,
): Promise<string[] | undefined> {
  const merged = await ports.mirror.merge(snapshot.tip, head)
  if ('conflicts' in merged) return undefined
  const reviewed = await ports.mirror.tree(head)
  const [then, now] = await Promise.all([reviewed.entries(), merged.tree.entries()])
  const changed = [...new Set([...then.keys(), ...now.keys()])].filter(
    (path) => then.get(path)?.id !== now.get(path)?.id,
  )
  if (changed.length === 0) return []
  return knownFact(async () => {
    const clusters = await movedClusters(ports, reviewed, merged.tree, place)
    const renders = overlaysOf(snapshot.overlays, place).map((overlay) =>
      movedInputs(ports, overlay, reviewed, merged.tree, changed),
    )
    return [...new Set([...clusters, ...(await Promise.all(renders)).flat()])].sort()
  })
}

/** The changed files that went into either render, where the renders differ. */
async function movedInputs(
  { renderer }: Pick<PromotionPorts, 'renderer'>,
  { path }: Overlay,
  reviewed: Tree,
  merged: Tree,
  changed: readonly string[],
): Promise<string[]> {
  const [then, now] = await Promise.all([renderer.render(reviewed, path), renderer.render(merged, path)])
  if (then.digest === now.digest) return []
  const inputs = new Set([...then.inputs, ...now.inputs])
  const files = changed.filter((file) => inputs.has(file)).map((file) => `base file ${file}`)
  return files.length > 0 ? files : [`base of ${path}`]
}

async function movedClusters(
  { loadConfig }: Pick<PromotionPorts, 'loadConfig'>,
  reviewed: Tree,
  merged: Tree,
  place: Place,
): Promise<string[]> {
  const clustersOf = async (tree: Tree) => {
    const config = await loadConfig(tree)
    const targets = config ? targetsOf(config, await findOverlays(config, tree)).map(({ target }) => target) : []
    const own = targets.filter(
      (each) => each.application === place.application && each.environment === place.environment,
    )
    return own.map(({ cluster }) => cluster)
  }
  const [then, now] = await Promise.all([clustersOf(reviewed), clustersOf(merged)])
  return [
    ...now.filter((name) => !then.includes(name)).map((name) => `cluster ${name} came`),
    ...then.filter((name) => !now.includes(name)).map((name) => `cluster ${name} went`),
  ]
}
