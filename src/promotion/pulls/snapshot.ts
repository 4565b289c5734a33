import { findOverlays, targetsOf } from '../../config/layout.ts'
import { type EnvironmentConfig, type RepositoryConfig, upstreamOf } from '../../config/repository-config.ts'
import { repositoryName } from '../../model/github.ts'
import type { Overlay, Target } from '../../model/target.ts'
import { targetId } from '../../model/target.ts'
import type { TargetStatus } from '../../model/target-status.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import type { UpstreamFact } from '../gates/gates.ts'
import type { PromotionPorts } from '../ports.ts'
import { readState } from '../state/ledger.ts'
import type { PromotionState } from '../state/state.ts'

/** What one round decides from: the default branch's tip, the state and the clusters, all read at once. */
export interface Snapshot {
  readonly now: Date
  readonly defaultBranch: string
  /** Tip of the default branch. */
  readonly tip: string
  readonly config: RepositoryConfig
  readonly overlays: readonly Overlay[]
  readonly sources: Sources
  /** Undefined when it cannot be read: everything that asks for it is blocked. */
  readonly state: PromotionState | undefined
  targets(application: string, environment: string): { target: Target; overlay: Overlay; status?: TargetStatus }[]
  /** Digest of an overlay's render at the tip; undefined when it does not build. */
  renderDigest(overlay: Overlay): Promise<string | undefined>
}

/** Brings the mirror up to date and reads everything. Undefined when the default branch has no configuration. */
export async function readSnapshot(ports: PromotionPorts): Promise<Snapshot | undefined> {
  const { mirror, repository, statusBoard } = ports
  await mirror.fetch()
  const defaultBranch = await repository.defaultBranch()
  const tip = await mirror.resolve(`refs/heads/${defaultBranch}`)
  if (!tip) return undefined
  const tree = await mirror.tree(tip)
  const config = await ports.loadConfig(tree)
  if (!config) return undefined
  const overlays = await findOverlays(config, tree)
  const [sources, state, statuses] = await Promise.all([
    readSources(tree, overlays),
    readState(ports).catch(() => undefined),
    statusBoard.list(repositoryName(repository.ref)),
  ])
  const byId = new Map(statuses.map((status) => [targetId(status.target), status]))
  const targets = targetsOf(config, overlays).map(({ target, overlay }) => {
    const status = byId.get(targetId(target))
    return { target, overlay, ...(status && { status }) }
  })
  const digests = new Map<string, Promise<string | undefined>>()
  return {
    now: ports.clock(),
    defaultBranch,
    tip,
    config,
    overlays,
    sources,
    state,
    targets: (application, environment) =>
      targets.filter(({ target }) => target.application === application && target.environment === environment),
    renderDigest(overlay) {
      const known = digests.get(overlay.path) ?? digestOf(ports, sources, overlay)
      digests.set(overlay.path, known)
      return known
    },
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
