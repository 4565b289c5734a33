import { randomUUID } from 'node:crypto'
import { mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TreeScan } from '../../model/kustomization/tree-scan.ts'
import type { Tree } from '../../model/tree.ts'
import { jsonForYaml } from './json-for-yaml.ts'

/**
 * Writes `files` of the tree into a directory of their own below `scratch`, runs `work` there and removes it. Kustomizations are
 * written as the JSON that was read and checked, so kustomize cannot read anything else from them.
 */
export async function withFiles<T>(
  tree: Tree,
  files: readonly string[],
  scratch: string,
  work: (root: string) => Promise<T>,
): Promise<T> {
  await mkdir(scratch, { recursive: true })
  const root = join(await realpath(scratch), `lockstep-render-${randomUUID()}`)
  await mkdir(root, { mode: 0o700 })
  try {
    await writeAll(tree, files, root)
    return await work(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function writeAll(tree: Tree, files: readonly string[], root: string): Promise<void> {
  const [scan, contents] = await Promise.all([TreeScan.of(tree), tree.read(files)])
  const directories = new Set([...contents.keys()].map((path) => dirname(join(root, path))))
  for (const directory of directories) await mkdir(directory, { recursive: true })
  for (const [path, content] of contents) {
    const checked = await scan.checkedValue(path)
    if (scan.index.entries.get(path)?.mode === '120000') await symlink(content, join(root, path))
    else await writeFile(join(root, path), checked === undefined ? content : jsonForYaml(checked))
  }
}
