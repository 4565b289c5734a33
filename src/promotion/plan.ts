import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { RepositoryConfig } from '../config/repository-config.ts'
import { LockstepError } from '../model/errors.ts'
import { canonicalJson } from '../model/json.ts'
import type { Overlay } from '../model/target.ts'
import { blobId, type FileChange, overlayTree } from '../model/tree.ts'
import { type OverlayFields, readCarriedFields } from './carried-fields.ts'
import { type CarriedChange, type CarryStep, carrySteps } from './carry.ts'
import type { Edit } from './edit.ts'
import { editYaml } from './kustomization-edit.ts'
import { kustomizationFile, readSources, type Sources } from './kustomization-sources.ts'
import { patchFiles } from './patch-files.ts'
import { type Difference, filesBelow, remainingDifferences, type Side } from './plan-differences.ts'
import { documentValue, parseYamlFile } from './yaml-file.ts'

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
  /** SHA-256 over application, from, to and every carried value with its place. */
  readonly planHash: string
}

export interface PlanRequest {
  readonly config: Pick<RepositoryConfig, 'carry' | 'keep'>
  readonly application: string
  readonly from: string
  readonly to: string
}

/** Carries from one environment's overlays to another's in the same tree. Throws what cannot be read or edited, by file and line. */
export async function planPromotion(sources: Sources, request: PlanRequest): Promise<PromotionPlan> {
  const origins = await fieldsOf(sources, request, request.from)
  return planCarry(sources, { ...request, origins, exact: false })
}

export interface CarryRequest extends PlanRequest {
  /** The values wanted, read from any tree. */
  readonly origins: readonly OverlayFields[]
  /** Also removes what the origin does not have. */
  readonly exact: boolean
}

/** Gives the overlays of `to` the carried values of the origins. Everything else in them stays byte for byte. */
export async function planCarry(sources: Sources, request: CarryRequest): Promise<PromotionPlan> {
  const targets = await fieldsOf(sources, request, request.to)
  const steps = targets.flatMap((fields) => {
    const origin = originFor(fields.overlay, request.origins)
    const file = sources.closure(fields.overlay)[0]?.file ?? ''
    const target = { fields, file, isOwn: (place: Place) => sources.isOwn(place, fields.overlay) }
    return carrySteps(origin, target, request.exact)
  })
  refuseConflicts(steps, targets, sources)
  const edited = await editFiles(sources, steps)
  const whole = await wholeFiles(sources, edited, targets, request)
  const carried = distinct([...steps.map(({ change }) => change), ...whole.carried])
  const files = [...whole.files].map(([path, content]) => ({ path, content })).toSorted(byPath)
  const rest = await differencesAfter(sources, files, request)
  const { application, from, to } = request
  const planHash = hashOf({ application, from, to, carried })
  return { application, from, to, carried: carried.map(masked), ...rest, files, planHash }
}

interface Place {
  readonly directory: string
  readonly file: string
}

/** The application's overlays in an environment, with their carried fields. */
export async function fieldsOf(
  sources: Sources,
  { application, config }: Pick<PlanRequest, 'application' | 'config'>,
  environment: string,
): Promise<OverlayFields[]> {
  const overlays = overlaysOf(sources, application, environment)
  if (overlays.length === 0) throw noOverlay(application, environment)
  return Promise.all(overlays.map((overlay) => readCarriedFields(sources, overlay, config.carry)))
}

function overlaysOf(sources: Sources, application: string, environment: string): Overlay[] {
  return sources.overlays.filter((each) => each.application === application && each.environment === environment)
}

/** The origin of the same cluster, the only one, or any one when all say the same. */
function originFor(overlay: Overlay, origins: readonly OverlayFields[]): OverlayFields {
  const [first, ...others] = origins
  const same = origins.find(
    (origin) => origin.overlay.cluster !== undefined && origin.overlay.cluster === overlay.cluster,
  )
  if (same ?? !others.length) return (same ?? first) as OverlayFields
  const differing = others.find((other) => valuesOf(other) !== valuesOf(first as OverlayFields))
  if (differing) throw conflict(differing.overlay.path, `${first?.overlay.path} and ${differing.overlay.path} differ`)
  return first as OverlayFields
}

function valuesOf({ images, fields, files }: OverlayFields): string {
  const imageValues = [...images].map(([name, entries]) => [name, entries.map(({ values }) => values)])
  const fieldValues = [...fields].map(([id, [field]]) => [id, field?.value])
  return JSON.stringify([imageValues.toSorted(), fieldValues.toSorted(), [...files]])
}

/** Two overlays of one environment may share a file; they must not want different things of it. */
function refuseConflicts(steps: readonly CarryStep[], targets: readonly OverlayFields[], sources: Sources): void {
  const wanted = new Map<string, string | null>()
  for (const { change } of steps) {
    const key = `${change.file}\0${change.path}`
    if (wanted.has(key) && wanted.get(key) !== change.after)
      throw conflict(change.file, `different values of ${change.path} are wanted here`)
    wanted.set(key, change.after)
  }
  for (const { overlay } of targets) {
    const file = sources.closure(overlay)[0]?.file ?? ''
    const isTouched = steps.some(({ change }) => change.file === file)
    if (isTouched && !sources.isOwn({ directory: overlay.path, file }, overlay))
      throw conflict(file, 'another environment or application builds on this overlay')
  }
}

async function editFiles(sources: Sources, steps: readonly CarryStep[]): Promise<Map<string, string>> {
  const byFile = Map.groupBy(steps, ({ change }) => change.file)
  const contents = await sources.tree.read([...byFile.keys()])
  const edited = new Map<string, string>()
  for (const [file, own] of byFile) {
    refuseLink(sources, file)
    const edits = inSafeOrder(distinct(own.flatMap((step) => step.edits)))
    edited.set(file, editYaml(contents.get(file)?.toString() ?? '', file, edits))
  }
  return edited
}

/** Removals last and from the end, so that no edit moves what another one names by index. */
function inSafeOrder(edits: readonly Edit[]): Edit[] {
  const rank = { set: 0, 'add-key': 1, 'add-item': 2, 'remove-key': 3, 'remove-item': 4 }
  const index = (edit: Edit) => Number(edit.place.path.at(-1))
  return edits.toSorted((a, b) => rank[a.kind] - rank[b.kind] || (a.kind === 'remove-item' ? index(b) - index(a) : 0))
}

interface Whole {
  readonly files: Map<string, string | null>
  readonly carried: CarriedChange[]
}

/** Files carried as a whole. Where the edits made so far already give the same values, the target's own text stays. */
async function wholeFiles(
  sources: Sources,
  edited: ReadonlyMap<string, string>,
  targets: readonly OverlayFields[],
  { origins, exact }: CarryRequest,
): Promise<Whole> {
  const files = new Map<string, string | null>(edited)
  const carried: CarriedChange[] = []
  for (const { overlay, files: current } of targets) {
    const wanted = originFor(overlay, origins).files
    const names = new Set([...wanted.keys(), ...(exact ? current.keys() : [])])
    for (const name of names) {
      const path = posix.join(overlay.path, name)
      const before = edited.get(path) ?? current.get(name)
      const after = wanted.get(name)
      if (before === after || (before !== undefined && after !== undefined && meansTheSame(before, after, path)))
        continue
      refuseLink(sources, path)
      if (!sources.isOwn({ directory: overlay.path, file: path }, overlay)) throw conflict(path, 'others use this file')
      files.set(path, after ?? null)
      carried.push({ path: name, before: contentId(current.get(name)), after: contentId(after), file: path, line: 1 })
    }
  }
  return { files, carried }
}

function meansTheSame(a: string, b: string, file: string): boolean {
  if (!/\.ya?ml$/.test(file)) return false
  const values = (text: string) => {
    const yaml = parseYamlFile(text, file)
    return canonicalJson(yaml.documents.map((document) => documentValue(file, document)) as never)
  }
  try {
    return values(a) === values(b)
  } catch {
    return false
  }
}

function contentId(content: string | undefined): string | null {
  return content === undefined ? null : `file ${blobId(content).slice(0, 12)}`
}

async function differencesAfter(
  sources: Sources,
  files: readonly FileChange[],
  { application, to, config, origins }: CarryRequest,
): Promise<Pick<PromotionPlan, 'kept' | 'unexplained'>> {
  const [origin] = origins
  const [overlay] = overlaysOf(sources, application, to)
  if (!origin || !overlay || !sources.overlays.includes(origin.overlay)) return { kept: [], unexplained: [] }
  const after = overlayTree(sources.tree, files)
  const later = await readSources(after, [origin.overlay, overlay])
  const directories = sources.overlays.map(({ path }) => path)
  return remainingDifferences(
    sideOf(later, origin.overlay, directories),
    sideOf(later, overlay, directories),
    config.keep,
  )
}

function sideOf(sources: Sources, overlay: Overlay, others: readonly string[]): Side {
  const kustomization = sources.closure(overlay)[0]
  const file = kustomizationFile(sources.entries, overlay.path) ?? ''
  const patches = kustomization ? patchFiles(overlay.path, kustomization.value) : []
  return {
    directory: overlay.path,
    value: kustomization?.value,
    files: filesBelow(sources.entries, overlay.path, others, file),
    patches: new Set(patches.map(({ path }) => posix.relative(overlay.path, path))),
  }
}

function hashOf(bound: Pick<PromotionPlan, 'application' | 'from' | 'to' | 'carried'>): string {
  const carried = bound.carried.map(({ path, file, before, after }) => ({ path, file, before, after }))
  return createHash('sha256')
    .update(canonicalJson({ ...bound, carried }))
    .digest('hex')
}

/** Values of generated secrets are bound by the hash and never shown. */
function masked(change: CarriedChange): CarriedChange {
  if (!change.path.startsWith('secretGenerator')) return change
  const hide = (value: string | null) => (value === null ? null : '(secret)')
  return { ...change, before: hide(change.before), after: hide(change.after) }
}

function refuseLink(sources: Sources, file: string): void {
  const mode = sources.entries.get(file)?.mode
  if (mode === undefined || mode.startsWith('100')) return
  throw new LockstepError({
    code: 'FILE_IS_LINK',
    message: 'A promotion would edit this path, and it is not a plain file.',
    file,
    remedy: 'Put a plain file there.',
  })
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
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

function conflict(file: string, what: string): LockstepError {
  const remedy = 'Make them agree, or give this environment a directory of its own.'
  return new LockstepError({ code: 'CARRY_CONFLICT', message: `The values cannot be carried: ${what}.`, file, remedy })
}
