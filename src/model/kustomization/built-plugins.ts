import type { Problem } from '../errors.ts'
import { isJsonObject } from '../json.ts'
import { builtChart } from './chart-problems.ts'
import { readPluginConfig } from './plugin-config.ts'
import { buildsPlugins, type Directories, everyFile, reachable } from './reachable.ts'
import { foldKey, toProblem } from './references.ts'
import { isRemote } from './remote.ts'
import { remoteFinding } from './remote-reference.ts'
import type { ScannedDirectory } from './scanned-directory.ts'
import type { TreeScan } from './tree-scan.ts'

/** What plugins that are themselves built by kustomize read, besides their own files. */
export interface BuiltPlugins {
  readonly files: readonly string[]
  readonly problems: readonly Problem[]
}

/**
 * By the directory that uses them. Where kustomize takes the plugins from their files as they are, those files tell what they refer to;
 * where it could change them first, that is not known before the build, so every file of the tree counts and only what is refused
 * anyway is reported.
 */
export async function builtPlugins(scan: TreeScan, directories: Directories): Promise<Map<string, BuiltPlugins>> {
  const found = new Map<string, BuiltPlugins>()
  for (const [directory, scanned] of directories) {
    if (!buildsPlugins(scanned)) continue
    const roots = scanned.children.filter((child) => child.plugins).map((child) => child.directory)
    const below = await reachable(scan, roots)
    const files = [...below.values()].flatMap(pluginFiles)
    const parts = await Promise.all(files.map((file) => scan.pluginFile(directory, file)))
    const isKnown = (await isPlain(scan, below)) && parts.every(({ charts }) => charts.length === 0)
    found.set(directory, isKnown ? merged(parts) : { files: everyFile(scan), problems: await refusals(scan, files) })
  }
  return found
}

function pluginFiles({ file, files }: ScannedDirectory): string[] {
  return files.filter((name) => name !== file)
}

function merged(parts: readonly ScannedDirectory[]): BuiltPlugins {
  return {
    files: parts.flatMap(({ files }) => files),
    problems: parts.flatMap(({ problems }) => problems),
  }
}

const PLAIN_FIELDS = new Set(['apiversion', 'kind', 'metadata', 'resources', 'bases'])

async function isPlain(scan: TreeScan, directories: Directories): Promise<boolean> {
  for (const { file = '' } of directories.values()) {
    const isLink = scan.index.entries.get(file)?.mode === '120000'
    const value = isLink ? undefined : (await scan.kustomization(file)).value
    if (!isJsonObject(value) || !Object.keys(value).every((key) => PLAIN_FIELDS.has(foldKey(key)))) return false
  }
  return true
}

async function refusals(scan: TreeScan, files: readonly string[]): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const file of files) {
    const { references, findings, charts = [] } = readPluginConfig((await scan.content(file)).toString('utf8'))
    const remote = references.filter((reference) => isRemote(reference.text)).map(remoteFinding)
    problems.push(...[...findings, ...remote, ...charts.map(builtChart)].map((finding) => toProblem(file, finding)))
  }
  return problems
}
