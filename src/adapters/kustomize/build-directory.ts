import { randomUUID } from 'node:crypto'
import { mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuildFile } from './builder.ts'

/** Writes `files` into a directory of their own below `scratch`, runs `work` there and removes it. */
export async function inBuildDirectory<T>(
  files: readonly BuildFile[],
  scratch: string,
  work: (root: string) => Promise<T>,
): Promise<T> {
  await mkdir(scratch, { recursive: true })
  const root = join(await realpath(scratch), `lockstep-render-${randomUUID()}`)
  await mkdir(root, { mode: 0o700 })
  try {
    await writeAll(files, root)
    return await work(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function writeAll(files: readonly BuildFile[], root: string): Promise<void> {
  const directories = new Set(files.map(({ path }) => dirname(join(root, path))))
  for (const directory of directories) await mkdir(directory, { recursive: true })
  for (const { path, mode, content } of files) {
    if (mode === '120000') await symlink(content, join(root, path))
    else await writeFile(join(root, path), content)
  }
}
