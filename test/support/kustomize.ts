import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureKustomize } from '../../sandbox/kustomize/ensure-kustomize.ts'
import { cacheDirectory } from '../../src/adapters/kustomize/cache-directory.ts'
import type { Tree } from '../../src/model/tree.ts'

/** Building it takes half a minute, once a machine. */
export const KUSTOMIZE_SETUP_MS = 300_000

/** A real kustomize; got into the cache where this machine has none. */
export function kustomizeForTests(): Promise<string> {
  return ensureKustomize({ cache: cacheDirectory(), progress: (line) => process.stderr.write(`${line}\n`) })
}

/** What a person gets who has the tree as files and runs `kustomize build`. Throws when that fails. */
export async function plainBuild(kustomize: string, tree: Tree, overlay: string, directory: string): Promise<string> {
  await writeTree(tree, directory)
  return execFileSync(kustomize, ['build', `./${overlay}`], { cwd: directory, stdio: 'pipe' }).toString()
}

export async function writeTree(tree: Tree, directory: string): Promise<void> {
  const entries = await tree.entries()
  for (const [path, content] of await tree.read([...entries.keys()])) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    if (entries.get(path)?.mode === '120000') symlinkSync(content.toString(), join(directory, path))
    else writeFileSync(join(directory, path), content)
  }
}
