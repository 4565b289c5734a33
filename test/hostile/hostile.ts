import { createHash } from 'node:crypto'
import { blobId, type FileMode, type Tree, type TreeEntry } from '../../src/model/tree.ts'

/**
 * What must become of a hostile overlay: refused with this code (one of several, `A|B`, where the machine decides which limit is met first)
 * at this place, or rendered as the harmless data it is.
 */
export type Fate = { readonly code: string; readonly at: string } | 'inert'

export interface Hostile {
  readonly what: string
  /** Relative to the repository's root; the overlay under attack is `apps/web/prod`. */
  readonly files: Readonly<Record<string, string | Buffer>>
  /** Symbolic links and their targets. */
  readonly links?: Readonly<Record<string, string>>
  readonly submodules?: readonly string[]
  readonly fate: Fate
}

export const WEB = 'apps/web/prod'
export const K = `${WEB}/kustomization.yaml`

/** Where the watching test can see it: nobody may connect there. */
export interface Trap {
  /** `127.0.0.1:<port>`. */
  readonly address: string
  /** An existing file outside every repository. */
  readonly outside: string
}

/** Shorthand of the tables: only the kustomization is hostile. */
export function kustomization(what: string, text: string, fate: Fate, more: Partial<Hostile> = {}): Hostile {
  return { what, fate, ...more, files: { [K]: text, ...more.files } }
}

/** A sound kustomization with a hostile resource `a.yaml`. */
export function resource(what: string, text: string | Buffer, fate: Fate): Hostile {
  return { what, fate, files: { [K]: 'resources:\n- a.yaml\n', [`${WEB}/a.yaml`]: text } }
}

export function refused(code: string, at: string | number): Fate {
  return { code, at: typeof at === 'number' ? `${K}:${at}` : at }
}

export const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { a: b }\n'

const CONFIG = `version: 1
overlays: apps/{app}/{environment}
environments: [{ name: prod, cluster: one }]
`

const SOUND: Readonly<Record<string, string>> = {
  '.lockstep.yaml': CONFIG,
  [K]: 'resources: [settings.yaml]\n',
  [`${WEB}/settings.yaml`]: CONFIG_MAP,
  'apps/good/prod/kustomization.yaml': 'resources: [settings.yaml]\n',
  'apps/good/prod/settings.yaml': CONFIG_MAP,
}

export function soundTree(): Tree {
  return treeOf(SOUND)
}

/** The hostile repository, with a small change to the application that has nothing to do with it. */
export function hostileTree({ files, links = {}, submodules = [] }: Hostile): Tree {
  const good = { 'apps/good/prod/settings.yaml': CONFIG_MAP.replace('a: b', 'a: changed') }
  const sound = Object.entries({ ...SOUND, ...good }).filter(([path]) => !above(path, files))
  return treeOf({ ...Object.fromEntries(sound), ...files }, links, submodules)
}

/** No path is a file and a directory. */
function above(path: string, files: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(files).some((file) => file.startsWith(`${path}/`))
}

function treeOf(
  files: Readonly<Record<string, string | Buffer>>,
  links: Readonly<Record<string, string>> = {},
  submodules: readonly string[] = [],
): Tree {
  const gone = new Set([...Object.keys(links), ...submodules])
  const kept = Object.entries(files).filter(([path]) => !gone.has(path))
  const contents = new Map([...kept, ...Object.entries(links)].map(([path, content]) => [path, Buffer.from(content)]))
  const entry = (path: string, mode: FileMode, content: Buffer): TreeEntry => ({ path, mode, id: blobId(content) })
  const entries = new Map([
    ...[...contents].map(
      ([path, content]) => [path, entry(path, path in links ? '120000' : '100644', content)] as const,
    ),
    ...submodules.map((path) => [path, entry(path, '160000', Buffer.from(path))] as const),
  ])
  return {
    id: createHash('sha1')
      .update([...entries.values()].map(({ path, mode, id }) => `${mode} ${id} ${path}`).join('\0'))
      .digest('hex'),
    entries: async () => entries,
    read: async (paths) => new Map(paths.flatMap((path) => pair(path, contents.get(path)))),
  }
}

function pair(path: string, content: Buffer | undefined): [string, Buffer][] {
  return content ? [[path, content]] : []
}
