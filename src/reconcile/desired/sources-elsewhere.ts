import { LockstepError } from '../../model/errors.ts'
import { mapLimited } from '../../model/map-limited.ts'
import { once } from '../../model/once.ts'
import { targetId } from '../../model/target.ts'
import type { Session } from '../pass/session.ts'
import { type Declared, declaredTargets, type TrackedTarget } from '../targets/declared-targets.ts'
import { type KindSource, kindSources } from './kind-sources.ts'

const RENDERS_AT_ONCE = 4

type Place = Pick<Session, 'ports' | 'ref' | 'target'>

/** What the other overlays of the same cluster define. Renders them, for the sake of a refusal's words: what cannot be read defines nothing. */
export async function sourcesElsewhere({ ports, ref, target }: Place): Promise<readonly KindSource[]> {
  const declared = await orNothing(async () => declaredTargets(await ports.source(ref)))
  if (!declared) return []
  const here = declared.targets.filter((one) => one.target.cluster === target.cluster)
  const trees = new Set(here.map(({ tree }) => tree?.id))
  const all = await once(askedOf(declared), [target.cluster, ...trees].join('\n'), () =>
    mapLimited(here, RENDERS_AT_ONCE, (one) => sourcesIn(ports, one)),
  )
  return all.flat().filter((source) => source.target && targetId(source.target) !== targetId(target))
}

type Sources = Promise<readonly (readonly KindSource[])[]>
/** By configuration, then by cluster and the trees that its targets run. */
const known = new WeakMap<Declared['config'], Map<string, Sources>>()

function askedOf({ config }: Declared): Map<string, Sources> {
  const clusters = known.get(config) ?? new Map<string, Sources>()
  known.set(config, clusters)
  return clusters
}

async function sourcesIn(
  { renderer }: Place['ports'],
  { target, overlay, tree }: TrackedTarget,
): Promise<KindSource[]> {
  const render = tree && (await orNothing(() => renderer.render(tree, overlay.path)))
  return render ? kindSources(render.manifests, target) : []
}

async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LockstepError) return undefined
    throw error
  }
}
