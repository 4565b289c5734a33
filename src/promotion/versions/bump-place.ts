import { findOverlays } from '../../config/layout.ts'
import { LockstepError } from '../../model/errors.ts'
import { type PullRequest, repositoryName } from '../../model/github.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import { bumpBranch } from './bump-branch.ts'
import { type BumpHead, readBumpHead } from './bump-head.ts'
import { type BumpRequest, olderVersion, planBump } from './bump-plan.ts'
import type { BumpPorts } from './bump-ports.ts'
import { chooseFirst, firstEnvironments } from './first-environment.ts'
import type { ImageVersion } from './image-version.ts'
import { olderByNumbers } from './version-order.ts'
import { supersede } from './wanted-versions.ts'

export interface BumpWish extends Omit<BumpRequest, 'environment'> {
  readonly environment?: string | undefined
}

/** The default branch as it is now, and what is proposed for the application. */
export interface BumpPlace {
  readonly sources: Sources
  readonly environment: string
  readonly versions: readonly ImageVersion[]
  readonly defaultBranch: string
  readonly tip: string
  readonly branch: string
  /** Newest first, of this branch, into whatever. */
  readonly pulls: readonly PullRequest[]
  readonly pull?: PullRequest
  readonly head?: BumpHead
}

/** Throws VERSION_OLDER where the open pull request proposes a newer version, and what `chooseFirst` does. */
export async function readBumpPlace(ports: BumpPorts, wish: BumpWish): Promise<BumpPlace> {
  const { repository } = ports
  const defaultBranch = await repository.defaultBranch()
  const tip = await repository.branches.tip(defaultBranch)
  if (!tip) throw notConfigured(repository)
  const { tree } = await ports.open(tip)
  const config = await ports.loadConfig(tree)
  if (!config) throw notConfigured(repository)
  const overlays = await findOverlays(config, tree)
  const environment = chooseFirst(config, overlays, wish)
  const several = firstEnvironments(config, overlays, wish.application).length > 1
  const branch = bumpBranch(wish.application, several ? environment : undefined)
  const pulls = await repository.pulls.listByHead(branch)
  const pull = pulls.find(({ state, base }) => state === 'open' && base.ref === defaultBranch)
  const sha = await repository.branches.tip(branch)
  const head = sha === undefined ? undefined : await readBumpHead(ports, sha, { ...wish, environment, tip })
  const sources = await readSources(tree, overlays)
  const proposed = pull ? await stillNew(sources, wish, environment, head?.said?.versions ?? []) : []
  refuseOlder(wish, proposed, pull)
  const versions = supersede(proposed, wish.versions)
  return {
    sources,
    environment,
    versions,
    defaultBranch,
    tip,
    branch,
    pulls,
    ...(pull && { pull }),
    ...(head && { head }),
  }
}

/** Of what is proposed, the versions that the default branch has neither reached nor left behind. */
async function stillNew(
  sources: Sources,
  { application }: BumpWish,
  environment: string,
  proposed: readonly ImageVersion[],
): Promise<ImageVersion[]> {
  const kept: ImageVersion[] = []
  for (const version of proposed) {
    const request = { application, environment, versions: [version], allowDowngrade: true }
    const plan = await planBump(sources, request).catch(nothingIfRefused)
    if (plan && plan.carried.length > 0) kept.push(version)
  }
  return kept
}

function nothingIfRefused(error: unknown): undefined {
  if (!(error instanceof LockstepError)) throw error
}

function refuseOlder(wish: BumpWish, proposed: readonly ImageVersion[], pull?: PullRequest): void {
  const { versions, allowDowngrade, isOlder = olderByNumbers } = wish
  for (const version of versions) {
    const newer = proposed.find(({ name, tag }) => name === version.name && isOlder(version, tag))
    if (newer && !allowDowngrade) throw olderVersion(version, newer.tag, `#${pull?.number}`)
  }
}

function notConfigured({ ref }: BumpPorts['repository']): LockstepError {
  const message = `The default branch of ${repositoryName(ref)} has no .lockstep.yaml.`
  return new LockstepError({ code: 'NOT_CONFIGURED', message, remedy: 'Add one, or name another repository.' })
}
