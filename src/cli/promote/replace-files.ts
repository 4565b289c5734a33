import { randomUUID } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { LockstepError } from '../../model/errors.ts'
import type { FileChange, Tree } from '../../model/tree.ts'

/**
 * Writes every file or none: all are written beside their place first, and moved there together. Refuses (WORK_TREE_CHANGED) what
 * changed since the plan was made, and paths that leave the clone.
 */
export async function replaceFiles(root: string, tree: Tree, changes: readonly FileChange[]): Promise<void> {
  const before = await tree.read(changes.map(({ path }) => path))
  const prepared: { readonly from: string | undefined; readonly to: string }[] = []
  try {
    for (const { path, content } of changes) {
      const to = join(root, path)
      await refuseSurprises(root, path, before.get(path))
      prepared.push({ from: content === null ? undefined : await writeBeside(to, content), to })
    }
    for (const { from, to } of prepared) await (from ? rename(from, to) : rm(to))
  } finally {
    for (const { from } of prepared) if (from) await rm(from, { force: true })
  }
}

async function writeBeside(path: string, content: string): Promise<string> {
  const beside = `${path}.${randomUUID()}.tmp`
  await writeFile(beside, content, { flag: 'wx' })
  const mode = await stat(path).then(
    (found) => found.mode,
    () => undefined,
  )
  if (mode !== undefined) await chmod(beside, mode)
  return beside
}

async function refuseSurprises(root: string, path: string, before: Buffer | undefined): Promise<void> {
  const full = join(root, path)
  await mkdir(dirname(full), { recursive: true })
  const inside = relative(await realpath(root), await realpath(dirname(full)))
  if (inside.startsWith('..')) throw changed(path, 'leads out of the clone')
  const found = await lstat(full).catch(() => undefined)
  if (found && !found.isFile()) throw changed(path, 'is not a plain file')
  const now = found && (await readFile(full))
  if ((now === undefined) !== (before === undefined) || (now && before && !now.equals(before)))
    throw changed(path, 'changed while the plan was made')
}

function changed(file: string, what: string): LockstepError {
  const message = `${file} ${what}; nothing was written.`
  return new LockstepError({ code: 'WORK_TREE_CHANGED', message, file, remedy: 'Look at the file and run it again.' })
}
