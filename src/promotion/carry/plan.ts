import { createHash } from 'node:crypto'
import type { RepositoryConfig } from '../../config/repository-config.ts'
import { LockstepError } from '../../model/errors.ts'
import { canonicalJson, type Json, printJson } from '../../model/json.ts'
import type { FileChange } from '../../model/tree.ts'
import { editYaml } from '../edit/kustomization-edit.ts'
import { additionFile } from './addition-file.ts'
import type { CarriedChange } from './carried-change.ts'
import { type OverlayFields, readCarriedFields } from './carried-fields.ts'
import { carrySteps } from './carry.ts'
import { carryConflict, fieldIsShared, refuseLink } from './carry-conflict.ts'
import { type CarryPair, carryPairs } from './carry-pairs.ts'
import type { CarryStep, CarryTarget } from './carry-step.ts'
import type { Sources } from './kustomization-sources.ts'
import { differencesAfter } from './overlay-sides.ts'
import { overlaysOf } from './overlays-of.ts'
import { findOverwrites, type Overwrite } from './overwrites.ts'
import type { PromotionHistory } from './past-promotions.ts'
import type { Difference } from './plan-differences.ts'
import { inSafeOrder } from './safe-order.ts'
import { readText, wholeFiles } from './whole-files.ts'

/** What a promotion will do, as data. Equal inputs give an equal plan and hash. */
export interface PromotionPlan {
  readonly application: string
  readonly from: string
  readonly to: string
  readonly carried: readonly CarriedChange[]
  /** Differences that stay because `keep` names them. */
  readonly kept: readonly Difference[]
  /** Differences that stay and that nothing explains. */
  readonly unexplained: readonly Difference[]
  readonly files: readonly FileChange[]
  /** Carried changes that take back what somebody changed since the last promotion; absent where there are none. */
  readonly overwrites?: readonly Overwrite[]
  /** SHA-256 over application, from, to and every carried value with its place. */
  readonly planHash: string
}

export interface PlanRequest {
  readonly config: Pick<RepositoryConfig, 'carry' | 'keep'>
  readonly application: string
  readonly from: string
  readonly to: string
  /** Where the last promotion is found; without it the plan knows neither overwrites nor what the source has lost since. */
  readonly history?: PromotionHistory
}

/** Carries from one environment's overlays to another's in the same tree. Throws what cannot be read or edited, by file and line. */
export async function planPromotion(sources: Sources, request: PlanRequest): Promise<PromotionPlan> {
  const origins = await fieldsOf(sources, request, request.from)
  return planCarry(sources, { ...request, origins, exact: false })
}

export interface CarryRequest extends PlanRequest {
  /** The values wanted, read from any tree. */
  readonly origins: readonly OverlayFields[]
  /** Removes whatever the origin does not have (a rollback), not only what it has lost since the last promotion. */
  readonly exact: boolean
}

/** Gives the overlays of `to` the carried values of the origins. Everything else in them stays byte for byte. */
export async function planCarry(sources: Sources, request: CarryRequest): Promise<PromotionPlan> {
  const targets = await fieldsOf(sources, request, request.to)
  const pairs = await carryPairs(request, targets)
  const steps = pairs.flatMap((pair) => carrySteps(pair.origin, targetOf(sources, pair), pair.removes))
  refuseConflicts(steps, targets, sources)
  const edited = await editFiles(sources, steps)
  const whole = await wholeFiles(sources, edited, pairs)
  const carried = distinct([...steps.map(({ change }) => change), ...whole.carried])
  const files = [...whole.files].map(([path, content]) => ({ path, content })).toSorted(byPath)
  const { application, from, to, config, history } = request
  const rest = differencesAfter(sources, files, pairs, config.keep)
  const destination = { application, environment: to }
  const overwrites = history ? await findOverwrites(history, destination, config, carried) : []
  const planHash = hashOf({ application, from, to, carried })
  return {
    application,
    from,
    to,
    carried: carried.map(masked),
    ...rest,
    files,
    ...(overwrites.length > 0 && { overwrites }),
    planHash,
  }
}

function targetOf(sources: Sources, { origin, target }: CarryPair): CarryTarget {
  const { overlay } = target
  return {
    fields: target,
    file: sources.closure(overlay)[0]?.file ?? overlay.path,
    isOwn: (place) => sources.isOwn(place, overlay),
    refuseShared: (place, field) => {
      const others = sources.othersAt(place, overlay)
      if (others.length > 0) throw fieldIsShared(place.file, place.line, field, others)
    },
    fileFor: (directory) => additionFile(sources, origin.overlay, overlay, directory),
  }
}

/** The application's overlays in an environment, with their carried fields. */
export async function fieldsOf(
  sources: Sources,
  { application, config }: Pick<PlanRequest, 'application' | 'config'>,
  environment: string,
): Promise<OverlayFields[]> {
  const overlays = overlaysOf(sources.overlays, { application, environment })
  if (overlays.length === 0) throw noOverlay(application, environment)
  return Promise.all(overlays.map((overlay) => readCarriedFields(sources, overlay, config.carry, config.keep)))
}

/** Two overlays of one environment may share a file; they must not want different things of it. */
function refuseConflicts(steps: readonly CarryStep[], targets: readonly OverlayFields[], sources: Sources): void {
  const wanted = new Map<string, string | null>()
  for (const { change } of steps) {
    const key = `${change.file}\0${change.path}`
    if (wanted.has(key) && wanted.get(key) !== change.after)
      throw carryConflict(change.file, `different values of ${change.path} are wanted here`)
    wanted.set(key, change.after)
  }
  for (const { overlay } of targets) {
    const file = sources.closure(overlay)[0]?.file ?? ''
    const touching = steps.find(({ change }) => change.file === file)?.change
    const others = touching ? sources.othersAt({ directory: overlay.path, file }, overlay) : []
    if (touching && others.length > 0) throw fieldIsShared(file, touching.line, touching.path, others)
  }
}

async function editFiles(sources: Sources, steps: readonly CarryStep[]): Promise<Map<string, string>> {
  const byFile = Map.groupBy(steps, ({ change }) => change.file)
  const contents = await sources.tree.read([...byFile.keys()])
  const edited = new Map<string, string>()
  for (const [file, own] of byFile) {
    refuseLink(sources.entries.get(file), file)
    const edits = inSafeOrder(distinct(own.flatMap((step) => step.edits)))
    const content = contents.get(file)
    edited.set(file, editYaml(content ? readText(content, file) : '', file, edits))
  }
  return edited
}

function hashOf(bound: Pick<PromotionPlan, 'application' | 'from' | 'to' | 'carried'>): string {
  const carried = bound.carried.map(({ path, file, before, after }) => ({ path, file, before, after }))
  return createHash('sha256')
    .update(canonicalJson({ ...bound, carried }))
    .digest('hex')
}

/** Values of secrets are bound by the hash and never shown. */
function masked({ isSecret, ...change }: CarriedChange): CarriedChange {
  const hide = (value: string | null) => (value === null ? null : '(secret)')
  return isSecret ? { ...change, before: hide(change.before), after: hide(change.after) } : change
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [printJson(item as unknown as Json), item])).values()]
}

function byPath(a: FileChange, b: FileChange): number {
  return a.path < b.path ? -1 : 1
}

function noOverlay(application: string, environment: string): LockstepError {
  return new LockstepError({
    code: 'UNKNOWN_APPLICATION',
    message: `${application} has no overlay in ${environment}.`,
    remedy: `Add the overlay, or name an application that ${environment} has.`,
  })
}
