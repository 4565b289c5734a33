import type { Tree, TreeEntry } from '../../model/tree.ts'
import type { BlobReader } from './blob-reader.ts'
import { listTree } from './objects.ts'
import type { Git } from './run-git.ts'

/** A tree object of a repository. Listed once, when first asked for. */
export function createGitTree(git: Git, blobs: BlobReader, treeId: string): Tree {
  let listed: Promise<ReadonlyMap<string, TreeEntry>> | undefined
  const entries = () => {
    listed ??= listTree(git, treeId).catch((error) => {
      listed = undefined
      throw error
    })
    return listed
  }
  return {
    id: treeId,
    entries,
    async read(paths) {
      const known = await entries()
      const found = paths
        .map((path) => known.get(path))
        .filter((entry) => entry !== undefined && entry.mode !== '160000')
      const wanted = found as TreeEntry[]
      const contents = await blobs.read(wanted.map((entry) => entry.id))
      return new Map(wanted.map((entry) => [entry.path, contents.get(entry.id) as Buffer]))
    },
  }
}
