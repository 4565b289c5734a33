import { posix } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import type { Overlay } from '../../model/target.ts'
import type { Tree, TreeEntry } from '../../model/tree.ts'
import { documentValue, parseYamlFile, type YamlFile } from '../edit/yaml-file.ts'
import { generatorFiles, readGenerator } from './generator-files.ts'
import { patchFiles } from './patch-files.ts'

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const

/** One directory's kustomization file, with what it takes from other directories and files of this repository. */
export interface Kustomization {
  readonly directory: string
  readonly file: string
  readonly yaml: YamlFile
  readonly value: Readonly<Record<string, unknown>>
  /** Local bases and components, in the file's order. */
  readonly bases: readonly string[]
  /** Files of `generators:` that inflate Helm charts. */
  readonly charts: readonly YamlFile[]
}

/** Every kustomization the overlays reach, and who reaches it. */
export interface Sources {
  readonly tree: Tree
  readonly entries: ReadonlyMap<string, TreeEntry>
  readonly overlays: readonly Overlay[]
  /** The overlay's own kustomization and those below it, outermost first. Throws what is wrong with any of them. */
  closure(overlay: Overlay): readonly Kustomization[]
  /** True when no overlay of another environment or application builds on this directory and file: an edit stays within the target. */
  isOwn(place: Place, overlay: Overlay): boolean
  /** `application/environment` of every other target that builds on it. */
  othersAt(place: Place, overlay: Overlay): readonly string[]
}

interface Place {
  readonly directory: string
  readonly file: string
}

type Loaded = Kustomization | LockstepError

/** Reads the kustomizations level by level, each level in one batch. */
export async function readSources(tree: Tree, overlays: readonly Overlay[]): Promise<Sources> {
  const entries = await tree.entries()
  const loaded = new Map<string, Loaded>()
  let level = overlays.map(({ path }) => path)
  while (level.length > 0) {
    const next = await readLevel(tree, entries, level)
    for (const [directory, kustomization] of next) loaded.set(directory, kustomization)
    level = [...new Set([...next.values()].flatMap(basesOf))].filter((directory) => !loaded.has(directory))
  }
  const users = usersOf(overlays, loaded)
  const at = ({ directory, file }: Place) => new Set([...(users.get(directory) ?? []), ...(users.get(file) ?? [])])
  return {
    tree,
    entries,
    overlays,
    closure: (overlay) => reach(overlay.path, loaded).map((directory) => readable(directory, loaded)),
    isOwn: (place, overlay) => at(place).has(userOf(overlay)) && at(place).size === 1,
    othersAt: (place, overlay) => [...at(place)].filter((user) => user !== userOf(overlay)).sort(),
  }
}

async function readLevel(
  tree: Tree,
  entries: ReadonlyMap<string, TreeEntry>,
  directories: readonly string[],
): Promise<Map<string, Loaded>> {
  const files = new Map(directories.map((directory) => [directory, kustomizationFile(entries, directory)]))
  const contents = await tree.read([...files.values()].filter((file) => file !== undefined))
  const loaded = [...files].map(
    ([directory, file]) => [directory, load(entries, directory, file, contents.get(file ?? ''))] as const,
  )
  const charts = new Set(loaded.flatMap(([, each]) => generatorsOf(each)))
  const generators = await tree.read([...charts].filter((path) => entries.has(path)))
  return new Map(loaded.map(([directory, each]) => [directory, withCharts(each, generators)]))
}

function withCharts(loaded: Loaded, generators: ReadonlyMap<string, Buffer>): Loaded {
  if (loaded instanceof LockstepError) return loaded
  try {
    return { ...loaded, charts: generatorsOf(loaded).flatMap((path) => readGenerator(path, generators.get(path))) }
  } catch (error) {
    if (error instanceof LockstepError) return error
    throw error
  }
}

/** Path of the directory's kustomization file. */
export function kustomizationFile(entries: ReadonlyMap<string, unknown>, directory: string): string | undefined {
  return FILE_NAMES.map((name) => posix.join(directory, name)).find((file) => entries.has(file))
}

function load(
  entries: ReadonlyMap<string, TreeEntry>,
  directory: string,
  file: string | undefined,
  content: Buffer | undefined,
): Loaded {
  if (!file || !content) return noFile(directory)
  try {
    const yaml = parseYamlFile(content.toString(), file)
    const value = readFields(yaml, file)
    return { directory, file, yaml, value, bases: localBases(entries, directory, value), charts: [] }
  } catch (error) {
    if (error instanceof LockstepError) return error
    throw error
  }
}

/** The one map of fields that a kustomization file holds. Throws OVERLAY_UNREADABLE for anything else. */
export function readFields(yaml: YamlFile, file: string): Readonly<Record<string, unknown>> {
  const [document] = yaml.documents
  const value = document && yaml.documents.length === 1 ? documentValue(file, document) : undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw noMap(file)
  return value as Record<string, unknown>
}

function localBases(
  entries: ReadonlyMap<string, unknown>,
  directory: string,
  value: Kustomization['value'],
): readonly string[] {
  return ['resources', 'bases', 'components']
    .flatMap((field) => texts(value[field]))
    .filter((text) => !text.includes('://'))
    .map((text) => posix.join(directory, text).replace(/\/$/, ''))
    .filter((path) => kustomizationFile(entries, path) !== undefined)
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function basesOf(loaded: Loaded): readonly string[] {
  return loaded instanceof LockstepError ? [] : loaded.bases
}

function generatorsOf(loaded: Loaded): readonly string[] {
  return loaded instanceof LockstepError ? [] : generatorFiles(loaded.directory, loaded.value)
}

/** Outermost first; a directory reached twice stands where it is reached first. Circles end. */
function reach(from: string, loaded: ReadonlyMap<string, Loaded>): string[] {
  const order = new Set([from])
  for (const directory of order) {
    const found = loaded.get(directory)
    for (const base of found ? basesOf(found) : []) order.add(base)
  }
  return [...order]
}

function usersOf(overlays: readonly Overlay[], loaded: ReadonlyMap<string, Loaded>): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>()
  for (const overlay of overlays)
    for (const path of reach(overlay.path, loaded).flatMap((directory) => [
      directory,
      ...filesOf(loaded.get(directory)),
    ]))
      users.set(path, (users.get(path) ?? new Set()).add(userOf(overlay)))
  return users
}

/** Files a promotion may edit beside the kustomization. */
function filesOf(loaded: Loaded | undefined): string[] {
  if (!loaded || loaded instanceof LockstepError) return []
  return [...patchFiles(loaded.directory, loaded.value).map(({ path }) => path), ...generatorsOf(loaded)]
}

function userOf({ application, environment }: Overlay): string {
  return `${application}/${environment}`
}

function readable(directory: string, loaded: ReadonlyMap<string, Loaded>): Kustomization {
  const found = loaded.get(directory) ?? noFile(directory)
  if (found instanceof LockstepError) throw found
  return found
}

function noFile(directory: string): LockstepError {
  const message = `${directory} has no kustomization file.`
  return new LockstepError({
    code: 'OVERLAY_UNREADABLE',
    message,
    file: directory,
    remedy: 'Add a kustomization.yaml.',
  })
}

function noMap(file: string): LockstepError {
  const message = 'The file does not hold one map of kustomization fields.'
  return new LockstepError({ code: 'OVERLAY_UNREADABLE', message, file, line: 1, remedy: 'Write it as one document.' })
}
