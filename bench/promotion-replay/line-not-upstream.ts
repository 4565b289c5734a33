import type { Tree } from '../../src/model/tree.ts'

/**
 * The first line that the team's commit added and that stands in none of these files of the other environment, indentation and comments aside;
 * undefined when they all do.
 */
export async function lineNotUpstream(
  parent: Tree,
  paths: readonly string[],
  from: string,
  added: readonly string[],
): Promise<string | undefined> {
  const texts = await parent.read(paths.filter((path) => path.split('/').includes(from)))
  const known = new Set([...texts.values()].flatMap((text) => text.toString().split('\n').map(bare)))
  return added.find((line) => !known.has(bare(line)))
}

function bare(line: string): string {
  return line.trim().replace(/(^|\s+)#.*$/, '')
}
