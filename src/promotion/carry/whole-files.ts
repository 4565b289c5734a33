import { isUtf8 } from 'node:buffer'
import { posix } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import { canonicalJson, type Json } from '../../model/json.ts'
import type { Tree } from '../../model/tree.ts'
import { documentValue, parseYamlFile } from '../edit/yaml-file.ts'
import type { CarriedChange } from './carried-change.ts'
import { fieldIsShared, refuseLink } from './carry-conflict.ts'
import type { FileMatch, WholeFile } from './carry-files.ts'
import type { CarryPair } from './carry-pairs.ts'
import type { Sources } from './kustomization-sources.ts'
import { filePath } from './removals.ts'

export interface WholeFiles {
  readonly files: Map<string, string | null>
  readonly carried: CarriedChange[]
}

/**
 * Files carried as a whole. A named file keeps the target's own text where the edits made so far already give the same values; what
 * stands in a carried directory becomes the same bytes.
 */
export async function wholeFiles(
  sources: Sources,
  edited: ReadonlyMap<string, string>,
  pairs: readonly CarryPair[],
): Promise<WholeFiles> {
  const files = new Map<string, string | null>(edited)
  const carried: CarriedChange[] = []
  for (const pair of pairs) {
    const { origin, target } = pair
    for (const { name, from, to, isCopy } of differing(pair)) {
      const path = posix.join(target.overlay.path, name)
      if (from) refuseLink(from, from.path)
      const [after, before] = await Promise.all([textOf(origin.tree, from), textOf(target.tree, to)])
      const current = edited.get(path) ?? before
      const isOwnText = !isCopy && !target.contents.has(path)
      if (current === after || (isOwnText && meansTheSame(current, after, path))) continue
      refuseLink(sources.entries.get(path), path)
      const others = sources.othersAt({ directory: target.overlay.path, file: path }, target.overlay)
      if (others.length > 0) throw fieldIsShared(path, undefined, name, others)
      files.set(path, after ?? null)
      carried.push({
        path: name,
        before: to ? contentId(to) : null,
        after: from ? contentId(from) : null,
        file: path,
        line: 1,
      })
    }
  }
  return { files, carried }
}

interface FilePair {
  readonly name: string
  readonly from: WholeFile | undefined
  readonly to: WholeFile | undefined
  /** Stands in a directory that is carried. */
  readonly isCopy: boolean
}

/** A file missing in the source stays, except among the many of a directory, and where it is said to go. */
function differing({ origin, target, removes }: CarryPair): FilePair[] {
  const pairs = target.files.flatMap(({ rule, files, isMany }) => {
    const wanted = origin.files.find((match) => match.rule === rule) ?? NOTHING
    const isMirrored = (isMany || wanted.isMany) && wanted.files.size > 0
    const gone = [...files.keys()].filter((name) => isMirrored || removes(filePath(name)))
    const names = new Set([...wanted.files.keys(), ...gone])
    const isCopy = (isMany || wanted.isMany) && !rule.includes('*')
    return [...names].map((name) => ({ name, from: wanted.files.get(name), to: files.get(name), isCopy }))
  })
  const distinct = new Map(pairs.map((pair) => [pair.name, pair]))
  return [...distinct.values()].filter(({ from, to }) => from?.id !== to?.id)
}

const NOTHING: Pick<FileMatch, 'isMany' | 'files'> = { isMany: false, files: new Map() }

async function textOf(tree: Tree, file: WholeFile | undefined): Promise<string | undefined> {
  if (!file) return undefined
  const content = (await tree.read([file.path])).get(file.path)
  return content && readText(content, file.path)
}

/** Throws FILE_NOT_TEXT for bytes that are not UTF-8: writing them as text would change them. */
export function readText(content: Buffer, file: string): string {
  if (isUtf8(content)) return content.toString()
  throw new LockstepError({
    code: 'FILE_NOT_TEXT',
    message: 'A promotion would write this file, and it is not text in UTF-8.',
    file,
    remedy: 'Save it as UTF-8, or leave it out of what is carried.',
  })
}

function meansTheSame(a: string | undefined, b: string | undefined, file: string): boolean {
  if (a === undefined || b === undefined || !/\.ya?ml$/.test(file)) return false
  const values = (text: string) => {
    const yaml = parseYamlFile(text, file)
    return canonicalJson(yaml.documents.map((document) => documentValue(file, document)) as Json)
  }
  try {
    return values(a) === values(b)
  } catch {
    return false
  }
}

/** What is shown of a file that moves as a whole. */
export function contentId({ id }: WholeFile): string {
  return `file ${id.slice(0, 12)}`
}
