import type { GitRepository } from './repository.ts'

export interface ChangedFile {
  readonly path: string
  readonly previousPath?: string
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed'
  readonly blob: string
  readonly additions: number
  readonly deletions: number
  /** Missing for binary and for very large files. */
  readonly patch?: string
}

const MOST_PATCH_LINES = 20_000
const LARGEST_PATCH = 500_000

const STATUS: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
}

/** What lies between two commits, in git's order. */
export async function changedFiles(git: GitRepository, before: string, after: string): Promise<ChangedFile[]> {
  const text = (...how: string[]): Promise<string> => git.text(['diff', '-M', ...how, before, after])
  const raw = parseRaw(await text('--raw', '-z', '--no-abbrev'))
  const counts = (await text('--numstat')).split('\n')
  const patches = (await text('-p')).split(/^(?=diff --git )/m)
  return raw.map((entry, index) => {
    const [added = '', removed = ''] = (counts[index] ?? '').split('\t')
    const patch = patchOf(patches[index] ?? '')
    return { ...entry, additions: Number(added) || 0, deletions: Number(removed) || 0, ...(patch ? { patch } : {}) }
  })
}

function parseRaw(out: string): Omit<ChangedFile, 'additions' | 'deletions' | 'patch'>[] {
  const fields = out.split('\0')
  const entries: Omit<ChangedFile, 'additions' | 'deletions' | 'patch'>[] = []
  for (let index = 0; index < fields.length; ) {
    const [, , before = '', after = '', letter = ''] = (fields[index] ?? '').split(' ')
    if (!letter) break
    const moved = letter.startsWith('R') || letter.startsWith('C')
    const first = fields[index + 1] ?? ''
    const status = STATUS[letter.charAt(0)] ?? 'changed'
    const blob = status === 'removed' ? before : after
    entries.push(
      moved ? { path: fields[index + 2] ?? '', previousPath: first, status, blob } : { path: first, status, blob },
    )
    index += moved ? 3 : 2
  }
  return entries
}

function patchOf(section: string): string | undefined {
  const start = section.search(/^@@ /m)
  if (start < 0) return undefined
  const patch = section.slice(start).replace(/\n$/, '')
  return patch.length > LARGEST_PATCH || patch.split('\n').length > MOST_PATCH_LINES ? undefined : patch
}
