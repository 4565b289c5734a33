import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A new empty directory; `remove` it when done. */
export function temporaryDirectory(name = 'lockstep-test'): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A file's content, a symbolic link, an executable, or null to delete it. */
export type FileSpec = string | Buffer | { readonly link: string } | { readonly executable: string } | null
export type Files = Readonly<Record<string, FileSpec>>

export interface TestRepository {
  readonly path: string
  /** Trimmed standard output. */
  git(...args: string[]): string
  write(files: Files): void
  /** Writes, commits everything, answers the commit id. */
  commit(message: string, files?: Files): string
}

/** A repository with a work tree on branch `main`, made by the git of this machine without its user's configuration. */
export function createRepository(path: string): TestRepository {
  mkdirSync(path, { recursive: true })
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: path, env: environment(), stdio: 'pipe' }).toString().trim()
  git('init', '--quiet', '--initial-branch=main')
  const write = (files: Files) => {
    for (const [name, spec] of Object.entries(files)) writeFile(join(path, name), spec)
  }
  return {
    path,
    git,
    write,
    commit(message, files = {}) {
      write(files)
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', `--message=${message}`)
      return git('rev-parse', 'HEAD')
    },
  }
}

function writeFile(path: string, spec: FileSpec): void {
  rmSync(path, { recursive: true, force: true })
  if (spec === null) return
  mkdirSync(dirname(path), { recursive: true })
  if (typeof spec === 'string' || Buffer.isBuffer(spec)) writeFileSync(path, spec)
  else if ('link' in spec) symlinkSync(spec.link, path)
  else writeFileSync(path, spec.executable, { mode: 0o755 })
}

function environment(): Record<string, string> {
  const person = { NAME: 'Ada Example', EMAIL: 'ada@example.com', DATE: '2026-01-02T03:04:05+01:00' }
  const identities = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ])
  return {
    PATH: process.env.PATH ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...Object.fromEntries(identities),
  }
}
