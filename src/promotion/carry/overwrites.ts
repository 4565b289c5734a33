import type { RepositoryConfig } from '../../config/repository-config.ts'
import type { CarriedChange } from './carried-change.ts'
import type { OverlayFields } from './carried-fields.ts'
import { shownValue } from './field-steps.ts'
import { effectiveImage, imagePath } from './image-fields.ts'
import { fieldsAt } from './past-fields.ts'
import { type Destination, lastPromotionCommit, type PromotionHistory } from './past-promotions.ts'
import { contentId } from './whole-files.ts'

/** A carried field that somebody changed in the target after the last promotion: carrying it takes that change back. */
export interface Overwrite {
  readonly path: string
  readonly file: string
  readonly line: number
  /** What the last promotion left there; `null` is absent. */
  readonly promoted: string | null
  /** What stands there now, and goes. */
  readonly found: string | null
  /** `same`: the source still says what was promoted, so that only the target was changed; `changed`: both were. */
  readonly upstream: 'same' | 'changed'
  /** The newest commit that touched the file since; absent where none is found, as for a work tree. */
  readonly by?: { readonly commit: string; readonly author: string; readonly subject: string }
}

const MOST_COMMITS = 100

/** Which of the carried changes meet a value that is neither the last promotion's nor the one carried. Empty without a last one. */
export async function findOverwrites(
  history: PromotionHistory,
  destination: Destination,
  config: Pick<RepositoryConfig, 'carry' | 'keep'>,
  carried: readonly CarriedChange[],
): Promise<Overwrite[]> {
  if (carried.length === 0) return []
  const last = await lastPromotionCommit(history, destination)
  const promoted = last && (await fieldsAt(history, destination, config, last))?.flatMap(carriedValues)
  if (!last || !promoted) return []
  const changed = carried.flatMap((change) => overwriteOf(change, promoted))
  return Promise.all(changed.map((each) => withAuthor(history, last, each)))
}

/** Where the value stood elsewhere then, it may have been any of those with its path. */
function overwriteOf(
  { path, file, line, before, after, isSecret }: CarriedChange,
  promoted: readonly Value[],
): Overwrite[] {
  const ofPath = promoted.filter((each) => each.path === path)
  const here = ofPath.filter((each) => each.file === file)
  const then = (here.length > 0 ? here : ofPath).map(({ value }) => value)
  if (before === null ? then.length === 0 : then.includes(before)) return []
  const shown = (value: string | null) => (isSecret && value !== null ? '(secret)' : value)
  const upstream = after === null ? then.length === 0 : then.includes(after)
  return [
    {
      path,
      file,
      line,
      promoted: shown(then[0] ?? null),
      found: shown(before),
      upstream: upstream ? 'same' : 'changed',
    },
  ]
}

interface Value {
  readonly file: string
  readonly path: string
  readonly value: string
}

function carriedValues({ images, fields, files }: OverlayFields): Value[] {
  const ofImages = [...images].flatMap(([name, entries]) =>
    Object.entries(effectiveImage(entries)).map(([key, value]) => ({
      file: entries[0]?.file ?? '',
      path: imagePath(name, key),
      value,
    })),
  )
  const ofFields = [...fields].flatMap(([path, [field]]) =>
    field ? [{ file: field.file, path, value: shownValue(field) }] : [],
  )
  const ofFiles = files.flatMap((match) =>
    [...match.files].map(([name, file]) => ({ file: file.path, path: name, value: contentId(file) })),
  )
  return [...ofImages, ...ofFields, ...ofFiles]
}

async function withAuthor({ mirror, tip }: PromotionHistory, last: string, overwrite: Overwrite): Promise<Overwrite> {
  const [newest] = await mirror.log(tip, { path: overwrite.file, limit: MOST_COMMITS })
  if (!newest || newest.sha === last || (await mirror.isAncestor(newest.sha, last))) return overwrite
  const { sha, author, subject } = newest
  return { ...overwrite, by: { commit: sha, author, subject } }
}
