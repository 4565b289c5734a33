import { LockstepError } from '../../model/errors.ts'
import type { FileMode, TreeEntry } from '../../model/tree.ts'
import { BatchAnswers } from './batch-answers.ts'
import type { Git } from './run-git.ts'

/** What each expression (`refs/heads/main^{commit}`, an id) names, in order; undefined where there is nothing. One git call. */
export async function findObjects(git: Git, expressions: readonly string[]): Promise<(string | undefined)[]> {
  const input = `${expressions.join('\n')}\n`
  const { stdout } = await git.run(['cat-file', '--batch-check=%(objectname)'], { input })
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => (/^[\da-f]+$/.test(line) ? line : undefined))
}

/** Every file of a tree. One git call. */
export async function listTree(git: Git, treeId: string): Promise<Map<string, TreeEntry>> {
  const { stdout } = await git.run(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', treeId])
  const records = stdout.toString('utf8').split('\0').slice(0, -1)
  return new Map(records.map((record) => parseTreeRecord(record)).map((entry) => [entry.path, entry]))
}

/** `100644 blob 8ab6…<tab>path` */
function parseTreeRecord(record: string): TreeEntry {
  const tab = record.indexOf('\t')
  const [mode = '', , id = ''] = record.slice(0, tab).split(' ')
  return { path: record.slice(tab + 1), mode: fileMode(mode), id }
}

/** git's history holds other modes written by old tools (`100664`); like git, only the executable bit of a file is kept. */
export function fileMode(mode: string): FileMode {
  if (mode === '120000' || mode === '160000') return mode
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755'
}

/** Contents of blobs by id. One git call. Refuses with GIT_MIRROR_BROKEN when one is not there. */
export async function readBlobs(git: Git, ids: Iterable<string>): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const { stdout } = await git.run(['cat-file', '--batch'], { input: `${wanted.join('\n')}\n` })
  const answers = new BatchAnswers().push(stdout)
  const blobs = new Map(answers.flatMap(({ id, blob }) => (blob ? [[id, blob] as const] : [])))
  const lost = wanted.find((id) => !blobs.has(id))
  if (lost === undefined) return blobs
  git.noteDamage()
  throw objectMissing(lost)
}

function objectMissing(id: string): LockstepError {
  return new LockstepError(
    {
      code: 'GIT_MIRROR_BROKEN',
      message: `The repository on disk has lost object ${id}.`,
      remedy: 'Fetch again; a clone of your own is checked with `git fsck`.',
    },
    { kind: 'unreachable' },
  )
}
