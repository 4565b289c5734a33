import type { Identity } from '../state/account.ts'
import type { GitRepository } from './repository.ts'
import { GitFailure } from './run.ts'

/** Tree of merging `theirs` into `ours` without a work tree, or undefined where they conflict or share no history. */
export async function mergedTree(git: GitRepository, ours: string, theirs: string): Promise<string | undefined> {
  try {
    const out = await git.text(['merge-tree', '--write-tree', ours, theirs])
    return out.split('\n', 1)[0]
  } catch (failure) {
    if (failure instanceof GitFailure) return undefined
    throw failure
  }
}

/**
 * Replays the commits of `head` that `base` lacks on top of `base`; undefined where one conflicts. Each gets `committer`.
 * Merges among them are left out, as `git rebase` does.
 */
export async function rebased(
  git: GitRepository,
  base: string,
  head: string,
  committer: Identity,
): Promise<string | undefined> {
  let onto = base
  for (const id of await git.history(['--reverse', '--no-merges', `${base}..${head}`])) {
    const commit = await git.commit(id)
    const tree = await pickedTree(git, onto, id, commit.parents[0])
    if (tree === undefined) return undefined
    onto = await git.commitTree({ tree, parents: [onto], message: commit.message, author: commit.author, committer })
  }
  return onto
}

/** `git merge-tree` takes no merge base before 2.40; a stand-in for `onto` whose parent is the commit's own gives it one. */
async function pickedTree(
  git: GitRepository,
  onto: string,
  id: string,
  parent: string | undefined,
): Promise<string | undefined> {
  if (parent === undefined) return undefined
  const nobody = { name: 'rebase', email: 'rebase@localhost', date: '2000-01-01T00:00:00Z' }
  const tree = await git.text(['rev-parse', `${onto}^{tree}`])
  const ours = await git.commitTree({ tree, parents: [parent], message: 'onto', author: nobody, committer: nobody })
  return mergedTree(git, ours, id)
}
