import type { PullRequest } from '../../model/github.ts'
import type { Mirror } from '../../model/mirror.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { FileChange } from '../../model/tree.ts'
import { outcome } from '../outcome-of.ts'
import type { PromotionPorts } from '../ports.ts'
import { changeState } from '../state/ledger.ts'
import { writeEntry } from '../state/state.ts'
import type { Candidate } from './merge-wait.ts'
import { isSameResult } from './same-result.ts'
import type { Snapshot } from './snapshot.ts'
import { parseTrailers } from './trailers.ts'

/**
 * Merges the default branch into a promotion that a rule of the branch would only merge up to date. Its plan stays as it is, and so does a
 * `/promote`, where the environment renders to the same as before.
 */
export async function catchUp(ports: PromotionPorts, snapshot: Snapshot, each: Candidate): Promise<Outcome> {
  const { environment, application } = each.branch
  const details = { environment, application, pullRequest: each.pull.number }
  const head = await mergeTip(ports, snapshot, each.pull)
  if (!head) return outcome('waiting', 'BRANCH_MOVED', { details })
  await stayArmed(ports, snapshot, each, head)
  return outcome('done', 'PROMOTION_CAUGHT_UP', { details: { ...details, commit: head } })
}

/** The branch's new tip; undefined where it moved meanwhile, or merges no more. */
async function mergeTip(
  { mirror, repository }: PromotionPorts,
  snapshot: Snapshot,
  { head: { sha, ref } }: PullRequest,
): Promise<string | undefined> {
  const changes = await changesOver(mirror, snapshot, sha)
  const message = await ownMessage(mirror, sha)
  if (!changes || !message) return undefined
  const [headline = '', ...body] = message.split('\n')
  const text = { headline, body: body.join('\n').trim() }
  const done = await repository.branches.commit({
    branch: ref,
    expectedHead: sha,
    ...text,
    merging: snapshot.tip,
    changes,
  })
  return done === 'stale' ? undefined : done.sha
}

/** What merging the head would change on the default branch. */
async function changesOver(
  mirror: Mirror,
  { tip, sources }: Snapshot,
  head: string,
): Promise<FileChange[] | undefined> {
  const merged = await mirror.merge(tip, head)
  if ('conflicts' in merged) return undefined
  const after = await merged.tree.entries()
  const paths = [...new Set([...sources.entries.keys(), ...after.keys()])].sort()
  const changed = paths.filter((path) => after.get(path)?.id !== sources.entries.get(path)?.id)
  const contents = await merged.tree.read(changed)
  return changed.map((path) => ({ path, content: contents.get(path)?.toString() ?? null }))
}

const MOST_COMMITS = 30

/** Of the newest commit that says which promotion it is. */
async function ownMessage(mirror: Mirror, head: string): Promise<string | undefined> {
  const log = await mirror.log(head, { limit: MOST_COMMITS })
  return log.find(({ message }) => parseTrailers(message))?.message
}

async function stayArmed(ports: PromotionPorts, snapshot: Snapshot, { pull, branch }: Candidate, head: string) {
  const isArmed = (sha: string | undefined) => sha === pull.head.sha
  if (!isArmed(snapshot.state?.ledger.get(String(pull.number))?.armed?.sha)) return
  if (!(await isSameResult(ports, snapshot, branch, pull.head.sha, head))) return
  await changeState(ports, `Keep #${pull.number} armed`, (state) => {
    const item = state.ledger.get(String(pull.number))
    return item?.armed && isArmed(item.armed.sha)
      ? [writeEntry({ kind: 'ledger', item: { ...item, armed: { ...item.armed, sha: head } } })]
      : []
  })
}
