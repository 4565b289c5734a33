import { type RepositoryConfig, upstreamOf } from '../../config/repository-config.ts'
import { overlayTree } from '../../model/tree.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import { overlaysOf } from '../carry/overlays-of.ts'
import { fieldsOf, type PromotionPlan, planCarry } from '../carry/plan.ts'
import { edgeKey } from '../state/edge-state.ts'
import type { Snapshot } from './snapshot.ts'

export interface PlannedEdge {
  readonly application: string
  readonly from: string
  readonly to: string
  /** A commit of the default branch whose values are wanted instead of the tip's. */
  readonly source?: string
}

/**
 * The plan of one hop on the tip. Where `from` took over values without a pull request, because nothing that is rendered there is
 * another, they count as its own. Throws what cannot be read or edited, by file and line.
 */
export async function planEdge(snapshot: Snapshot, { source, ...edge }: PlannedEdge): Promise<PromotionPlan> {
  const { config, sources, history } = snapshot
  const origin = source
    ? await snapshot.sourcesAt(source)
    : await upstreamSources(snapshot, edge.application, edge.from)
  const origins = await fieldsOf(origin, { application: edge.application, config }, edge.from)
  return planCarry(sources, { config, ...edge, origins, exact: false, ...(history && { history }) })
}

/** The files from which an environment's values are read. */
export async function upstreamSources(snapshot: Snapshot, application: string, environment: string): Promise<Sources> {
  const { sources, state, config, overlays } = snapshot
  const hop = state?.hops.get(edgeKey({ application, environment }))
  if (!hop || !isUpstream(config, hop.from, environment)) return sources
  const plan = await planEdge(snapshot, { application, from: hop.from, to: environment })
  const isStanding = plan.files.length > 0 && plan.planHash === hop.planHash && (await snapshot.isNoOp(plan))
  if (!isStanding) return sources
  return readSources(overlayTree(sources.tree, plan.files), overlaysOf(overlays, { application, environment }))
}

function isUpstream(config: Pick<RepositoryConfig, 'environments'>, from: string, to: string): boolean {
  const environment = config.environments.find(({ name }) => name === to)
  return environment !== undefined && upstreamOf(environment).includes(from)
}
