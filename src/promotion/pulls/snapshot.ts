import { targetsOf } from '../../config/layout.ts'
import { type EnvironmentConfig, type RepositoryConfig, upstreamOf } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { repositoryName } from '../../model/github.ts'
import type { Commit } from '../../model/mirror.ts'
import type { Overlay, Target } from '../../model/target.ts'
import { targetId } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { overlayTree } from '../../model/tree.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import { overlaysOf } from '../carry/overlays-of.ts'
import type { PromotionHistory } from '../carry/past-promotions.ts'
import type { PromotionPlan } from '../carry/plan.ts'
import type { UpstreamFact } from '../gates/gates.ts'
import type { PromotionPorts } from '../ports.ts'
import { edgeKey } from '../state/edge-state.ts'
import { readState } from '../state/ledger.ts'
import type { PromotionState } from '../state/state.ts'
import { readTip } from './read-tip.ts'
import { rendersAlike } from './renders-alike.ts'

/** What one round decides from: the default branch's tip, the state and the clusters, all read at once. */
export interface Snapshot {
  readonly now: Date
  readonly defaultBranch: string
  /** Tip of the default branch. */
  readonly tip: string
  readonly config: RepositoryConfig
  readonly overlays: readonly Overlay[]
  readonly sources: Sources
  /** Undefined when it cannot be read or trusted: everything that asks for it is blocked. */
  readonly state: PromotionState | undefined
  /** Why it is undefined. */
  readonly stateFault?: LockstepError
  targets(application: string, environment: string): { target: Target; overlay: Overlay; status?: TargetStatus }[]
  /** Digest of an overlay's render at the tip; undefined when it does not build. */
  renderDigest(overlay: Overlay): Promise<string | undefined>
  /** The same overlays as they were at a commit. */
  sourcesAt(commit: string): Promise<Sources>
  /** True when what the plan's files change is not rendered in the environment it leads to. */
  isNoOp(plan: Pick<PromotionPlan, 'application' | 'to' | 'files'>): Promise<boolean>
  /** Where past promotions are found. */
  readonly history?: PromotionHistory
  /** Commits of the default branch that changed something below a directory, newest first. */
  commitsBelow(directory: string, limit: number): Promise<readonly Commit[]>
  /** True when the first commit of the default branch is in the history of the second. */
  isBefore(commit: string, other: string): Promise<boolean>
}

/** Brings the mirror up to date and reads everything. Undefined when the default branch has no configuration. */
export async function readSnapshot(ports: PromotionPorts): Promise<Snapshot | undefined> {
  const { mirror, repository, statusBoard } = ports
  await mirror.fetch()
  const defaultBranch = await repository.defaultBranch()
  const tip = await mirror.resolve(`refs/heads/${defaultBranch}`)
  if (!tip) return undefined
  const files = await readTip(ports, tip)
  if (!files) return undefined
  const { config, overlays, sources } = files
  const [known, statuses] = await Promise.all([knownState(ports), statusBoard.list(repositoryName(repository.ref))])
  const byId = new Map(statuses.map((status) => [targetId(status.target), status]))
  const all = targetsOf(config, overlays).map(({ target, overlay }) => {
    const status = byId.get(targetId(target))
    return { target, overlay, ...(status && { status }) }
  })
  const targets = Map.groupBy(all, ({ target }) => edgeKey(target))
  const digests = new Map<string, Promise<string | undefined>>()
  const earlier = new Map<string, Promise<Sources>>()
  return {
    now: ports.clock(),
    defaultBranch,
    tip,
    config,
    overlays,
    sources,
    ...known,
    targets: (application, environment) => targets.get(edgeKey({ application, environment })) ?? [],
    renderDigest(overlay) {
      const known = digests.get(overlay.path) ?? digestOf(ports, sources, overlay)
      digests.set(overlay.path, known)
      return known
    },
    sourcesAt(commit) {
      const known = earlier.get(commit) ?? mirror.tree(commit).then((old) => readSources(old, overlays))
      earlier.set(commit, known)
      return known
    },
    isNoOp: ({ application, to, files }) =>
      rendersAlike(
        ports,
        overlaysOf(overlays, { application, environment: to }),
        sources.tree,
        overlayTree(sources.tree, files),
      ),
    history: { mirror, tip, overlays, sources, ledger: [...(known.state?.ledger.values() ?? [])] },
    commitsBelow: (path, limit) => mirror.log(tip, { path, limit }),
    isBefore: (commit, other) => mirror.isAncestor(commit, other),
  }
}

async function knownState(ports: PromotionPorts): Promise<Pick<Snapshot, 'state' | 'stateFault'>> {
  try {
    return { state: await readState(ports) }
  } catch (error) {
    if (error instanceof LockstepError) return { state: undefined, stateFault: error }
    throw error
  }
}

async function digestOf(
  { renderer }: PromotionPorts,
  { tree }: Sources,
  { path }: Overlay,
): Promise<string | undefined> {
  return renderer.render(tree, path).then(
    ({ digest }) => digest,
    () => undefined,
  )
}

/** Every target of the application in the environments directly before this one. */
export async function upstreamFacts(
  snapshot: Snapshot,
  application: string,
  environment: EnvironmentConfig,
): Promise<UpstreamFact[]> {
  const targets = upstreamOf(environment).flatMap((name) => snapshot.targets(application, name))
  return Promise.all(
    targets.map(async ({ target, overlay, status }) => ({
      target,
      status,
      renderDigest: await snapshot.renderDigest(overlay),
    })),
  )
}

export function environmentOf({ config }: Snapshot, name: string): EnvironmentConfig | undefined {
  return config.environments.find((each) => each.name === name)
}
