import { blobId, overlayTree } from '../../model/tree.ts'
import { printBumpCommit } from './bump-body.ts'
import { sameVersions } from './bump-branch.ts'
import type { BumpHead } from './bump-head.ts'
import type { BumpPlace } from './bump-place.ts'
import type { BumpPlan } from './bump-plan.ts'
import type { BumpPorts } from './bump-ports.ts'

export type Written = 'written' | 'current' | 'BRANCH_EDITED' | 'BRANCH_MOVED'

/** Makes the branch say the plan. What people committed there is never lost. */
export async function writeBumpBranch(ports: BumpPorts, place: BumpPlace, plan: BumpPlan): Promise<Written> {
  const { branches } = ports.repository
  const { head, tip, branch, pull } = place
  if (head?.said && (await isCurrent(ports, place, head, plan))) return 'current'
  if (head && pull && !head.said) return 'BRANCH_EDITED'
  const commit = { branch, ...printBumpCommit(plan, tip), changes: plan.files }
  if (head && pull) return written(await branches.commit({ ...commit, ...(await onTop(place, head, plan)) }))
  if (head && !(await isKeptElsewhere(ports, place, head))) return 'BRANCH_EDITED'
  if (head && head.sha !== tip) await branches.delete(branch)
  if (head?.sha !== tip && (await branches.create(branch, tip)) === 'exists') return 'BRANCH_MOVED'
  return written(await branches.commit({ ...commit, expectedHead: tip }))
}

/** Nothing is lost with the branch: it is our own, on the default branch, or the head of a pull request, which GitHub keeps. */
async function isKeptElsewhere({ isBefore }: BumpPorts, { pulls, tip }: BumpPlace, head: BumpHead): Promise<boolean> {
  if (head.said || pulls.some((pull) => pull.head.sha === head.sha)) return true
  return isBefore(head.sha, tip)
}

function written(result: { readonly sha: string } | 'stale'): Written {
  return result === 'stale' ? 'BRANCH_MOVED' : 'written'
}

/** It proposes this, and merges as planned: the default branch may have moved on, but not in the files concerned. */
async function isCurrent({ open }: BumpPorts, place: BumpPlace, head: BumpHead, plan: BumpPlan): Promise<boolean> {
  const { said, tree } = head
  if (!said || !sameVersions(said.versions, plan.versions)) return false
  const there = await tree.entries()
  if (!plan.files.every(({ path, content }) => content !== null && there.get(path)?.id === blobId(content)))
    return false
  if (said.base === place.tip) return true
  const base = await (await open(said.base)).tree.entries()
  return plan.files.every(({ path }) => base.get(path)?.id === place.sources.entries.get(path)?.id)
}

/** A commit that follows what the branch says: on the same base only what differs, on another one merged with it. */
async function onTop({ tip, sources }: BumpPlace, { sha, tree, said }: BumpHead, { files }: BumpPlan) {
  if (said?.base !== tip) return { expectedHead: sha, merging: tip }
  const planned = overlayTree(sources.tree, files)
  const [there, wanted] = await Promise.all([tree.entries(), planned.entries()])
  const paths = [...new Set([...there.keys(), ...wanted.keys()])]
  const changed = paths.filter((path) => there.get(path)?.id !== wanted.get(path)?.id)
  const contents = await planned.read(changed)
  return {
    expectedHead: sha,
    changes: changed.map((path) => ({ path, content: contents.get(path)?.toString() ?? null })),
  }
}
