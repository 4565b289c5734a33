import { findOverlays } from '../../config/layout.ts'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { type GitHubRepository, type PullRequest, repositoryName } from '../../model/github.ts'
import type { Outcome } from '../../model/outcome.ts'
import { blobId, type Tree } from '../../model/tree.ts'
import { readSources, type Sources } from '../carry/kustomization-sources.ts'
import { outcome } from '../outcome-of.ts'
import { printBumpBody, printBumpCommit, printBumpTitle } from './bump-body.ts'
import { bumpBranch, parseBumpMarker, parseVersionTrailers, sameVersions } from './bump-branch.ts'
import { type BumpPlan, type BumpRequest, olderVersion, planBump } from './bump-plan.ts'
import { chooseFirst, firstEnvironments } from './first-environment.ts'
import type { ImageVersion } from './image-version.ts'
import { isOlder } from './version-order.ts'
import { supersede } from './wanted-versions.ts'

/** What proposing new versions needs of one repository; a workflow's token has as much. */
export interface BumpPorts {
  readonly repository: Pick<GitHubRepository, 'ref' | 'defaultBranch'> & {
    readonly pulls: Pick<GitHubRepository['pulls'], 'listByHead' | 'create' | 'update'>
    readonly branches: Pick<GitHubRepository['branches'], 'tip' | 'create' | 'commit' | 'delete'>
  }
  /** A commit that GitHub has. */
  readonly open: (commit: string) => Promise<{ readonly tree: Tree; readonly message: string }>
  readonly loadConfig: (tree: Tree) => Promise<RepositoryConfig | undefined>
}

export interface BumpWish extends Omit<BumpRequest, 'environment'> {
  readonly environment?: string | undefined
}

export interface PublishedBump {
  readonly outcome: Outcome
  readonly plan: BumpPlan
  readonly pull?: PullRequest
}

/**
 * Proposes the versions on the default branch's tip: one pull request an application, opened, or brought up to date in place with what it
 * proposes already. The same twice changes nothing, and each step finds what an earlier, broken-off one has left. Throws as `planBump` and
 * `chooseFirst` do, VERSION_OLDER also where the open pull request proposes a newer one.
 */
export async function publishBump(
  ports: BumpPorts,
  wish: BumpWish,
  { isDry = false }: { readonly isDry?: boolean } = {},
): Promise<PublishedBump> {
  const place = await readPlace(ports, wish)
  const plan = await planBump(place.sources, { ...wish, ...place })
  const code = plan.carried.length === 0 ? 'NOTHING_TO_BUMP' : 'PLAN_SHOWN'
  if (isDry) return { outcome: outcome('nothing', code), plan, ...(place.pull && { pull: place.pull }) }
  if (plan.carried.length === 0) return closeEmpty(ports, place, plan)
  const closed = place.pull ? undefined : await closedByPerson(ports, place, plan)
  if (closed) return { outcome: outcome('nothing', 'BUMP_STAYS_CLOSED', about(plan, closed)), plan, pull: closed }
  const written = await writeBranch(ports, place, plan)
  if (written !== 'written' && written !== 'current') return { outcome: outcome('waiting', written), plan }
  return ensurePull(ports, place, plan)
}

/** The default branch as it is now, and what is proposed for the application. */
interface Place {
  readonly sources: Sources
  readonly environment: string
  readonly versions: readonly ImageVersion[]
  readonly defaultBranch: string
  readonly tip: string
  readonly branch: string
  /** Newest first, of this branch, into whatever. */
  readonly pulls: readonly PullRequest[]
  readonly pull?: PullRequest
  readonly head?: { readonly sha: string; readonly tree: Tree; readonly proposed: readonly ImageVersion[] }
}

async function readPlace(ports: BumpPorts, wish: BumpWish): Promise<Place> {
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
  const head = await readHead(ports, branch)
  const sources = await readSources(tree, overlays)
  const proposed = pull ? await stillNew(sources, wish, environment, head?.proposed ?? []) : []
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

async function readHead({ repository, open }: BumpPorts, branch: string): Promise<Place['head']> {
  const sha = await repository.branches.tip(branch)
  if (!sha) return undefined
  const { tree, message } = await open(sha)
  return { sha, tree, proposed: parseVersionTrailers(message) }
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

function refuseOlder({ versions, allowDowngrade }: BumpWish, proposed: readonly ImageVersion[], pull?: PullRequest) {
  for (const version of versions) {
    const newer = proposed.find(({ name, tag }) => name === version.name && isOlder(version.tag, tag))
    if (newer && !allowDowngrade) throw olderVersion(version, newer.tag, `#${pull?.number}`)
  }
}

/** The default branch says it all: what is open would do nothing. */
async function closeEmpty({ repository }: BumpPorts, { pull }: Place, plan: BumpPlan): Promise<PublishedBump> {
  if (!pull) return { outcome: outcome('nothing', 'NOTHING_TO_BUMP', about(plan)), plan }
  await repository.pulls.update(pull.number, { state: 'closed' })
  return { outcome: outcome('done', 'BUMP_CLOSED', about(plan, pull)), plan, pull }
}

async function closedByPerson(
  _: BumpPorts,
  { pulls }: Place,
  { versions }: BumpPlan,
): Promise<PullRequest | undefined> {
  const [last] = pulls
  if (!last || last.state === 'open' || last.merged) return undefined
  return sameVersions(parseBumpMarker(last.body), versions) ? last : undefined
}

type Written = 'written' | 'current' | 'BRANCH_EDITED' | 'BRANCH_MOVED'

/** Makes the branch say the plan. What people committed on top of ours is never lost. */
async function writeBranch({ repository }: BumpPorts, place: Place, plan: BumpPlan): Promise<Written> {
  const { branches } = repository
  const { head, tip, branch, pull } = place
  if (head && sameVersions(head.proposed, plan.versions) && (await holds(head.tree, plan))) return 'current'
  if (head && pull && head.proposed.length === 0) return 'BRANCH_EDITED'
  const commit = { branch, ...printBumpCommit(plan), changes: plan.files }
  if (head && pull) return said(await branches.commit({ ...commit, expectedHead: head.sha, merging: tip }))
  if (head && head.sha !== tip) await branches.delete(branch)
  if (head?.sha !== tip && (await branches.create(branch, tip)) === 'exists') return 'BRANCH_MOVED'
  return said(await branches.commit({ ...commit, expectedHead: tip }))
}

function said(result: { readonly sha: string } | 'stale'): Written {
  return result === 'stale' ? 'BRANCH_MOVED' : 'written'
}

/** Every file that the plan changes is as planned: the default branch may have moved on elsewhere. */
async function holds(tree: Tree, { files }: BumpPlan): Promise<boolean> {
  const entries = await tree.entries()
  return files.every(({ path, content }) => content !== null && entries.get(path)?.id === blobId(content))
}

async function ensurePull({ repository }: BumpPorts, place: Place, plan: BumpPlan): Promise<PublishedBump> {
  const { pull, branch, defaultBranch } = place
  const text = { title: printBumpTitle(plan), body: printBumpBody(plan) }
  if (!pull) {
    const opened = await repository.pulls.create({ ...text, head: branch, base: defaultBranch })
    return { outcome: outcome('done', 'BUMP_OPENED', about(plan, opened)), plan, pull: opened }
  }
  const isCurrent = sameVersions(parseBumpMarker(pull.body), plan.versions)
  if (isCurrent) return { outcome: outcome('nothing', 'BUMP_CURRENT', about(plan, pull)), plan, pull }
  await repository.pulls.update(pull.number, text)
  return { outcome: outcome('done', 'BUMP_UPDATED', about(plan, pull)), plan, pull }
}

function about({ application, environment }: BumpPlan, pull?: PullRequest) {
  return { details: { application, environment, ...(pull && { pullRequest: pull.number }) } }
}

function notConfigured({ ref }: BumpPorts['repository']): LockstepError {
  const message = `The default branch of ${repositoryName(ref)} has no .lockstep.yaml.`
  return new LockstepError({ code: 'NOT_CONFIGURED', message, remedy: 'Add one, or name another repository.' })
}
