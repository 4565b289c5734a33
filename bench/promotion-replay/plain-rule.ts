import type { Tree } from '../../src/model/tree.ts'

/**
 * The plain "same key, same value" rule: a promotion is explained when every line that it added stands in a file below one of the other
 * environment's directories, indentation aside. It is told which lines change, and in which files: that much help no tool has.
 */
export async function plainRule(parent: Tree, from: string, added: readonly string[]): Promise<boolean> {
  const entries = await parent.entries()
  const paths = [...entries.keys()].filter((path) => path.split('/').includes(from) && /\.ya?ml$/.test(path))
  const texts = await parent.read(paths)
  const known = new Set(
    [...texts.values()].flatMap((text) =>
      text
        .toString()
        .split('\n')
        .map((line) => line.trim()),
    ),
  )
  return added.every((line) => known.has(line))
}
