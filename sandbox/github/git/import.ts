import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitRepository } from './repository.ts'

export interface InitialCommit {
  readonly message: string
  /** By path; null deletes. Files that are not named stay as the commit before left them. */
  readonly files: Readonly<Record<string, string | Buffer | null>>
  readonly author?: { readonly name: string; readonly email: string }
  readonly date?: Date
}

interface ImportedFile {
  readonly path: string
  readonly mode: '100644' | '100755' | '120000'
  readonly bytes: Buffer
}

/** Writes a first history onto a branch. `from` is the files of one commit, or several commits in order. */
export async function importHistory(
  git: GitRepository,
  branch: string,
  from: string | readonly InitialCommit[],
  defaults: { author: { name: string; email: string }; date: Date },
): Promise<void> {
  const parts: Buffer[] = []
  const commits = typeof from === 'string' ? [{ message: 'Initial commit', files: {} }] : from
  const directory = typeof from === 'string' ? await filesBelow(from, '') : []
  for (const commit of commits) {
    parts.push(commitHeader(branch, commit, defaults))
    for (const file of directory) parts.push(modification(file))
    for (const [path, content] of Object.entries(commit.files)) parts.push(change(path, content))
  }
  await git.bytes(['fast-import', '--quiet', '--force'], Buffer.concat(parts))
}

function commitHeader(
  branch: string,
  commit: InitialCommit,
  defaults: { author: { name: string; email: string }; date: Date },
): Buffer {
  const { name, email } = commit.author ?? defaults.author
  const seconds = Math.floor((commit.date ?? defaults.date).getTime() / 1000)
  const who = `${name} <${email}> ${seconds} +0000`
  const message = Buffer.from(commit.message)
  return Buffer.concat([
    Buffer.from(`commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n`),
    message,
    Buffer.from('\n'),
  ])
}

function change(path: string, content: string | Buffer | null): Buffer {
  if (content === null) return Buffer.from(`D ${JSON.stringify(path)}\n`)
  return modification({ path, mode: '100644', bytes: Buffer.from(content) })
}

function modification(file: ImportedFile): Buffer {
  const head = Buffer.from(`M ${file.mode} inline ${JSON.stringify(file.path)}\ndata ${file.bytes.length}\n`)
  return Buffer.concat([head, file.bytes, Buffer.from('\n')])
}

async function filesBelow(directory: string, prefix: string): Promise<ImportedFile[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const found: ImportedFile[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === '.git') continue
    const path = `${prefix}${entry.name}`
    const place = join(directory, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(place, `${path}/`)))
    else found.push(await importedFile(place, path))
  }
  return found
}

async function importedFile(place: string, path: string): Promise<ImportedFile> {
  const facts = await lstat(place)
  if (facts.isSymbolicLink()) return { path, mode: '120000', bytes: Buffer.from(await readlink(place)) }
  return { path, mode: facts.mode & 0o100 ? '100755' : '100644', bytes: await readFile(place) }
}
