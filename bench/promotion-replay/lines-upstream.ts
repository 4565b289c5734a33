import type { Tree } from '../../src/model/tree.ts'

/** True when every line that the team's commit added stands in a file of the other environment, indentation aside. */
export async function linesUpstream(parent: Tree, from: string, added: readonly string[]): Promise<boolean> {
  const paths = [...(await parent.entries()).keys()].filter(
    (path) => path.split('/').includes(from) && /\.ya?ml$/.test(path),
  )
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
