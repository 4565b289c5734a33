import { posix } from 'node:path'
import type { CarryRule } from '../../config/repository-config.ts'
import type { Overlay } from '../../model/target.ts'
import type { CarriedField } from './carried-field.ts'
import { readCharts } from './chart-fields.ts'
import { type ImageEntry, readImages } from './image-fields.ts'
import type { Kustomization, Sources } from './kustomization-sources.ts'
import { patchFiles } from './patch-files.ts'
import { readInlinePatches, readPatchFile } from './patch-images.ts'
import { readPath } from './path-fields.ts'
import { readRefs } from './ref-fields.ts'

/** Everything the carry rules move, read from one overlay and its bases. Lists are outermost first: the first one wins in kustomize. */
export interface OverlayFields {
  readonly overlay: Overlay
  readonly images: ReadonlyMap<string, readonly ImageEntry[]>
  readonly fields: ReadonlyMap<string, readonly CarriedField[]>
  /** Contents of files carried as a whole, by their name below the overlay. */
  readonly files: ReadonlyMap<string, string>
}

/** Reads what the rules carry for this overlay's application. Throws what is wrong with its files, by file and line. */
export async function readCarriedFields(
  sources: Sources,
  overlay: Overlay,
  rules: readonly CarryRule[],
): Promise<OverlayFields> {
  const closure = sources.closure(overlay)
  const mine = rules.filter((rule) => !('apps' in rule) || !rule.apps || rule.apps.includes(overlay.application))
  const has = (kind: CarryRule['kind']) => mine.some((rule) => rule.kind === kind)
  const named = mine.flatMap((rule) => (rule.kind === 'files' ? rule.files : []))
  const contents = await readTexts(sources, overlay, closure, named)
  const wholeFiles = named.flatMap((name) => {
    const text = contents.get(posix.join(overlay.path, name))
    return text === undefined ? [] : [[name, text] as const]
  })
  return {
    overlay,
    images: has('images') ? grouped(closure.flatMap(readImages), ({ name }) => name) : new Map(),
    fields: grouped(
      [
        ...(has('refs') ? closure.flatMap(readRefs) : []),
        ...(has('charts') ? closure.flatMap(readCharts) : []),
        ...closure.flatMap((kustomization) => readPatches(kustomization, overlay, contents, has('images'), named)),
        ...mine.flatMap((rule) => (rule.kind === 'path' ? closure.flatMap((each) => readPath(each, rule.path)) : [])),
      ],
      ({ id }) => id,
    ),
    files: new Map(wholeFiles),
  }
}

/** Images in patches belong to `images`; those of a file named by `files` are carried by that rule alone, too. */
function readPatches(
  kustomization: Kustomization,
  overlay: Overlay,
  contents: ReadonlyMap<string, string>,
  all: boolean,
  named: readonly string[],
): CarriedField[] {
  const isNamed = (path: string) => named.some((name) => posix.join(overlay.path, name) === path)
  const files = patchFiles(kustomization.directory, kustomization.value).filter(({ path }) => all || isNamed(path))
  return [
    ...(all ? readInlinePatches(kustomization) : []),
    ...files.flatMap((patch) => {
      const text = contents.get(patch.path)
      return text === undefined ? [] : readPatchFile(kustomization.directory, patch, text)
    }),
  ]
}

async function readTexts(
  sources: Sources,
  overlay: Overlay,
  closure: readonly Kustomization[],
  named: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const patches = closure.flatMap((kustomization) =>
    patchFiles(kustomization.directory, kustomization.value).map(({ path }) => path),
  )
  const paths = [...patches, ...named.map((name) => posix.join(overlay.path, name))]
  const buffers = await sources.tree.read([...new Set(paths)].filter((path) => sources.entries.has(path)))
  return new Map([...buffers].map(([path, buffer]) => [path, buffer.toString()]))
}

function grouped<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(items, key)
}
