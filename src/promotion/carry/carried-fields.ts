import type { CarryRule } from '../../config/repository-config.ts'
import type { Overlay } from '../../model/target.ts'
import type { Tree } from '../../model/tree.ts'
import type { CarriedField, FieldGap } from './carried-field.ts'
import { type FileMatch, matchFiles } from './carry-files.ts'
import { readCharts } from './chart-fields.ts'
import { carriedContents, generatorContents } from './generator-contents.ts'
import { type ImageEntry, readImages, withoutHeld } from './image-fields.ts'
import { isHeld } from './keep-rules.ts'
import type { Kustomization, Sources } from './kustomization-sources.ts'
import { overlaysInside } from './overlays-of.ts'
import { readPatchFields } from './patch-fields.ts'
import { patchFiles } from './patch-files.ts'
import { readInlinePatches, readPatchFile } from './patch-images.ts'
import { readGap, readPath } from './path-fields.ts'
import { readRefs } from './ref-fields.ts'

/** Everything the carry rules move, read from one overlay and its bases. Lists are outermost first: the first one wins in kustomize. */
export interface OverlayFields {
  readonly overlay: Overlay
  /** Where it was read. */
  readonly tree: Tree
  readonly images: ReadonlyMap<string, readonly ImageEntry[]>
  readonly fields: ReadonlyMap<string, readonly CarriedField[]>
  /** Where named fields that are not set could be added. */
  readonly gaps: ReadonlyMap<string, readonly FieldGap[]>
  readonly files: readonly FileMatch[]
  /** Files whose bytes become part of generated objects. */
  readonly contents: ReadonlySet<string>
}

/**
 * Reads what the rules carry for this overlay's application, without images, refs and charts that `keep` names. Throws what is wrong
 * with its files, by file and line.
 */
export async function readCarriedFields(
  sources: Sources,
  overlay: Overlay,
  rules: readonly CarryRule[],
  keep: readonly string[] = [],
): Promise<OverlayFields> {
  const closure = sources.closure(overlay)
  const mine = rules.filter((rule) => !('apps' in rule) || !rule.apps || rule.apps.includes(overlay.application))
  const has = (kind: CarryRule['kind']) => mine.some((rule) => rule.kind === kind)
  const files = [...matchesOf(sources, overlay, mine), ...contentsOf(sources, overlay, closure, mine)]
  const texts = await patchTexts(sources, closure)
  const wholePaths = new Set(files.flatMap((match) => [...match.files.values()].map(({ path }) => path)))
  const isImagePatch = (path: string) => has('images') || wholePaths.has(path)
  const named = namedFields(closure, texts, mine)
  const found = [
    ...(has('refs') ? closure.flatMap(readRefs) : []),
    ...(has('charts') ? closure.flatMap(readCharts) : []),
    ...(has('images') ? closure.flatMap(readInlinePatches) : []),
    ...closure.flatMap((kustomization) => filePatchImages(kustomization, texts, isImagePatch)),
  ]
  const fields = [...found.filter(({ id }) => !isHeld(id, keep)), ...named.fields]
  const images = has('images') ? closure.flatMap(readImages).flatMap((entry) => withoutHeld(entry, keep)) : []
  return {
    overlay,
    tree: sources.tree,
    images: Map.groupBy(images, ({ name }) => name),
    fields: Map.groupBy(fields, ({ id }) => id),
    gaps: Map.groupBy(named.gaps, ({ id }) => id),
    files,
    contents: generatorContents(closure),
  }
}

function namedFields(
  closure: readonly Kustomization[],
  texts: ReadonlyMap<string, string>,
  rules: readonly CarryRule[],
): { fields: readonly CarriedField[]; gaps: readonly FieldGap[] } {
  const parts = rules.flatMap((rule) => {
    if (rule.kind === 'patch') return closure.map((each) => readPatchFields(each, texts, rule))
    if (rule.kind !== 'path') return []
    return closure.map((each) => ({ fields: readPath(each, rule.path), gaps: readGap(each, rule.path) }))
  })
  return { fields: parts.flatMap(({ fields }) => fields), gaps: parts.flatMap(({ gaps }) => gaps) }
}

/** Images in patches belong to `images`; those of a file carried as a whole are read too, so that it may keep its own text. */
function filePatchImages(
  { directory, value }: Kustomization,
  texts: ReadonlyMap<string, string>,
  isWanted: (path: string) => boolean,
): CarriedField[] {
  return patchFiles(directory, value).flatMap((patch) => {
    const text = isWanted(patch.path) ? texts.get(patch.path) : undefined
    return text === undefined ? [] : readPatchFile(directory, patch, text)
  })
}

function matchesOf(sources: Sources, overlay: Overlay, rules: readonly CarryRule[]): FileMatch[] {
  const named = rules.flatMap((rule) => (rule.kind === 'files' ? rule.files : []))
  const inner = overlaysInside(sources.overlays, overlay)
  const own = sources.closure(overlay)[0]?.file
  const isExcluded = (path: string) => path === own || inner.some((other) => path.startsWith(`${other}/`))
  return named.map((rule) => matchFiles(sources.entries, overlay.path, rule, isExcluded))
}

function contentsOf(
  sources: Sources,
  overlay: Overlay,
  closure: readonly Kustomization[],
  rules: readonly CarryRule[],
): FileMatch[] {
  return rules.flatMap((rule) => (rule.kind === 'path' ? [carriedContents(sources, overlay, closure, rule)] : []))
}

async function patchTexts(sources: Sources, closure: readonly Kustomization[]): Promise<ReadonlyMap<string, string>> {
  const paths = closure.flatMap(({ directory, value }) => patchFiles(directory, value).map(({ path }) => path))
  const buffers = await sources.tree.read([...new Set(paths)].filter((path) => sources.entries.has(path)))
  return new Map([...buffers].map(([path, buffer]) => [path, buffer.toString()]))
}
