import type { LocalRepository } from '../../adapters/git/local-repository.ts'
import type { Track } from '../../config/repository-config.ts'
import type { Tree } from '../../model/tree.ts'
import type { Source } from '../../reconcile/ports.ts'
import { lastCommits } from '../../reconcile/targets/mirror-source.ts'
import { resolveTrack } from '../../reconcile/targets/track.ts'
import { resolveRevision } from '../open-repository.ts'

/**
 * Desired state from a clone: a ref, or its files as they are now. Files that are those of HEAD count as that commit. A ref that a
 * person names is taken instead of what the environment tracks.
 */
export function sourceOfClone(local: LocalRepository, ref: string | undefined): Source {
  return {
    newest: (track) => (ref !== undefined ? atRef(local, ref) : track ? tracked(local, track) : filesNow(local)),
    async tree(revision) {
      const known = await local.mirror.resolve(revision)
      return known ? local.mirror.tree(known) : undefined
    },
    async history() {
      const revision = ref === undefined ? await local.mirror.resolve('HEAD') : await resolveRevision(local, ref)
      return revision ? lastCommits(local.mirror, revision) : []
    },
  }
}

/** A clone may have what is tracked only as its remote has it. */
async function tracked(local: LocalRepository, track: Track) {
  const { mirror } = local
  const resolve = async (name: string) =>
    (await mirror.resolve(name)) ?? mirror.resolve(name.replace(/^refs\/heads\//, 'refs/remotes/origin/'))
  const revision = await resolveTrack({ resolve, tags: () => mirror.tags() }, track)
  return { revision, tree: await mirror.tree(revision) }
}

async function atRef(local: LocalRepository, ref: string) {
  const revision = await resolveRevision(local, ref)
  return { revision, tree: await local.mirror.tree(revision) }
}

async function filesNow(local: LocalRepository) {
  const tree = await local.workTree()
  const head = await local.mirror.resolve('HEAD')
  const committed = head !== undefined && (await sameFiles(tree, await local.mirror.tree(head)))
  return { revision: committed ? head : `uncommitted-${tree.id}`, tree }
}

async function sameFiles(left: Tree, right: Tree): Promise<boolean> {
  const [ours, theirs] = [await left.entries(), await right.entries()]
  if (ours.size !== theirs.size) return false
  return [...ours].every(([path, { id, mode }]) => theirs.get(path)?.id === id && theirs.get(path)?.mode === mode)
}
