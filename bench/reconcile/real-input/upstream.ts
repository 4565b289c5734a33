import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { git } from '../../preview/git.ts'

const run = promisify(execFile)

/** Puts folders of a clone, as they are in one of its commits, into another directory; what was there goes. */
export async function extract(
  clone: string,
  ref: string,
  folders: readonly string[],
  directory: string,
): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const archive = join(directory, 'archive.tar')
  await git(clone, 'archive', `--output=${archive}`, ref, ...folders)
  await run('tar', ['--extract', '--file', archive], { cwd: directory })
  await rm(archive)
}

/** The newest commit, and the tag so many releases before the newest one that a pattern finds. */
export async function versions(
  clone: string,
  pattern: string,
  back: number,
): Promise<{ newer: string; older: string }> {
  const tags = (await git(clone, 'tag', '--list', pattern, '--sort=-version:refname')).split('\n')
  const older = tags[back]
  if (!older) throw new Error(`${clone} has too few tags like ${pattern}`)
  return { newer: 'HEAD', older }
}
