import type { Tree } from '../../src/model/tree.ts'

const VERSION = /^(\s*(?:- )?(?:newTag|newName|digest|version):\s*)(\S+)(.*)$/
const REMOTE = /^(\s*- .*[?&]ref=)([^\s&#]+)(.*)$/

/**
 * What a script with "same key, same value" does: in each of the paths below the environment that has a file in the same place below the other
 * one, every tag, name, digest, chart version and ref takes the value that stands there under the same key; of images, under the same name.
 */
export async function plainRule(
  parent: Tree,
  paths: readonly string[],
  { from, to }: { from: string; to: string },
): Promise<Map<string, string>> {
  const pairs = paths
    .filter((path) => path.split('/').includes(to))
    .map((path) => [path, counterpart(path, from, to)] as const)
  const texts = await parent.read(pairs.flat())
  return new Map(
    pairs.flatMap(([path, other]) => {
      const before = texts.get(path)?.toString()
      const source = texts.get(other)?.toString()
      if (before === undefined || source === undefined) return []
      const after = sameKeys(before, valuesOf(source))
      return after === before ? [] : [[path, after]]
    }),
  )
}

function counterpart(path: string, from: string, to: string): string {
  return path
    .split('/')
    .map((part) => (part === to ? from : part))
    .join('/')
}

function valuesOf(text: string): Map<string, string> {
  return new Map(keyed(text).flatMap(({ key, match }) => (key && match ? [[key, match[2] ?? '']] : [])))
}

function sameKeys(text: string, values: ReadonlyMap<string, string>): string {
  const lines = keyed(text).map(({ line, key, match }) => {
    const value = key === undefined ? undefined : values.get(key)
    return match && value !== undefined ? `${match[1]}${value}${match[3]}` : line
  })
  return lines.join('\n')
}

interface KeyedLine {
  readonly line: string
  readonly key?: string
  readonly match?: RegExpExecArray
}

/** Each line; those with a version also with what stands for its key: the address before a ref, or the last name before it. */
function keyed(text: string): KeyedLine[] {
  let name = ''
  return text.split('\n').map((line) => {
    name = /^\s*(?:- )?name:\s*(\S+)/.exec(line)?.[1] ?? name
    const remote = REMOTE.exec(line)
    if (remote) return { line, key: remote[1]?.trim() ?? '', match: remote }
    const version = VERSION.exec(line)
    return version ? { line, key: `${name} ${version[1]?.replace('- ', '').trim()}`, match: version } : { line }
  })
}
