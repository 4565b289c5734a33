import type { Tree } from '../model/tree.ts'

/** `base` with the files named in `paths` as they are in `other`: its content and mode, or not there at all. */
export function patchedTree(base: Tree, paths: ReadonlySet<string>, other: Tree): Tree {
  if (paths.size === 0) return base
  return {
    id: `${base.id}+${other.id}`,
    async entries() {
      const entries = new Map(await base.entries())
      const theirs = await other.entries()
      for (const path of paths) {
        const entry = theirs.get(path)
        if (entry) entries.set(path, entry)
        else entries.delete(path)
      }
      return entries
    },
    async read(wanted) {
      const own = await base.read(wanted.filter((path) => !paths.has(path)))
      return new Map([...own, ...(await other.read(wanted.filter((path) => paths.has(path))))])
    },
  }
}
