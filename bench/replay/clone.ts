import { execFileSync } from 'node:child_process'
import { readBlobs } from '../../src/adapters/git/objects.ts'
import { createGit } from '../../src/adapters/git/run-git.ts'
import type { Listing } from './loose-inputs.ts'

const MAX_BYTES = 1024 ** 3

/** git in one directory. Throws when it fails. */
export function git(directory: string, args: readonly string[]): string {
  return execFileSync('git', args, { cwd: directory, maxBuffer: MAX_BYTES, stdio: 'pipe' }).toString()
}

/** `count` commits of the default branch and the one before them, oldest first, first parents only. */
export function lastCommits(clone: string, count: number, tip: string): string[] {
  const list = git(clone, ['rev-list', '--first-parent', `--max-count=${count + 1}`, tip])
  return list.trim().split('\n').reverse()
}

/** Neither documents nor scripts: what they mention is nothing kustomize follows. */
const REFERS = /(?:\.ya?ml|\.json|\.env|(?:^|\/)[^./]+)$/

/** `texts` is what earlier commits had; what this one adds is added to it. */
export async function listCommit(clone: string, commit: string, texts: Map<string, string>): Promise<Listing> {
  const records = git(clone, ['ls-tree', '-r', '-t', '-z', '--full-tree', commit]).split('\0').slice(0, -1)
  const entries = new Map(records.map(parseRecord))
  const telling = [...entries].filter(([path, { mode }]) => mode === '120000' || (FILE.test(mode) && REFERS.test(path)))
  const added = telling.map(([, { id }]) => id).filter((id) => !texts.has(id))
  for (const [id, content] of await readBlobs(createGit({ cwd: clone }), added)) texts.set(id, content.toString())
  return { entries, texts }
}

const FILE = /^100/

function parseRecord(record: string): [string, { mode: string; id: string }] {
  const tab = record.indexOf('\t')
  const [mode = '', , id = ''] = record.slice(0, tab).split(' ')
  return [record.slice(tab + 1), { mode, id }]
}
