import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GitRepository } from './repository.ts'
import { runGit } from './run.ts'
import { UPDATE_HOOK } from './update-hook.ts'

const SETTINGS = {
  'uploadpack.allowFilter': 'true',
  'uploadpack.allowAnySHA1InWant': 'true',
  'http.receivepack': 'true',
  'receive.hideRefs': 'refs/pull',
  'receive.advertisePushOptions': 'true',
  'gc.auto': '0',
}

/** Makes an empty bare repository with GitHub's transport settings and the hook that guards protected refs. */
export async function createBareRepository(directory: string, branch: string): Promise<GitRepository> {
  await mkdir(directory, { recursive: true })
  await runGit(['init', '--bare', '--quiet', `--initial-branch=${branch}`, '--template=', '.'], { cwd: directory })
  const git = new GitRepository(directory)
  for (const [key, value] of Object.entries(SETTINGS)) await git.bytes(['config', key, value])
  await mkdir(join(directory, 'hooks'), { recursive: true })
  await writeFile(join(directory, 'hooks', 'update'), UPDATE_HOOK, { mode: 0o755 })
  return git
}
