import type { Target } from '../../model/target.ts'
import type { FileChange } from '../../model/tree.ts'
import type { StatePorts } from '../ports.ts'
import { STATE_BRANCH } from '../pulls/branch-name.ts'
import { isStatePath, type PromotionState, parseState } from './state.ts'
import { trustedTip, unknownState } from './trusted-tip.ts'

const MOST_TRIES = 8

/** The state as of the branch's tip on GitHub. Throws a code of `trustedTip` when it cannot be read or trusted; no branch is no state. */
export async function readState(ports: StatePorts): Promise<PromotionState> {
  return (await readAt(ports)).state
}

/**
 * Writes what `decide` makes of the state as it is, by compare-and-swap: when somebody else was faster, decides again. Nothing is
 * written when nothing is to change. `decide` may throw to refuse. Resolves with the state before the change.
 */
export async function changeState(
  ports: StatePorts,
  headline: string,
  decide: (state: PromotionState) => readonly FileChange[],
): Promise<PromotionState> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { state, tip, contents } = await readAt(ports)
    const changes = decide(state).filter(({ path, content }) => (contents.get(path) ?? null) !== content)
    if (changes.length === 0 || (await write(ports, tip, headline, changes))) return state
  }
  throw unknownState('it changed each time it was about to be written')
}

async function write(
  { repository: { branches } }: StatePorts,
  tip: string | undefined,
  headline: string,
  changes: readonly FileChange[],
): Promise<boolean> {
  if (!tip) return (await branches.createOrphan(STATE_BRANCH, headline, changes)) === 'created'
  return (await branches.commit({ branch: STATE_BRANCH, expectedHead: tip, headline, changes })) !== 'stale'
}

async function readAt(ports: StatePorts) {
  const tip = await trustedTip(ports)
  if (!tip) return { state: parseState(new Map()), tip, contents: new Map<string, string>() }
  const tree = await ports.mirror.tree(tip)
  const paths = [...(await tree.entries()).keys()].filter(isStatePath)
  const buffers = await tree.read(paths)
  const contents = new Map([...buffers].map(([path, buffer]) => [path, buffer.toString()]))
  return { state: parseState(contents), tip, contents }
}

const README: FileChange = {
  path: 'README.md',
  content: 'Locks, holds, merges in flight and the ledger of promotions. Only Lockstep writes this branch.\n',
}

/**
 * Makes the branch where there is none, so that what is opened afterwards tells that it was there. Throws STATE_UNKNOWN where it cannot be
 * seen then.
 */
export async function ensureState(ports: StatePorts): Promise<void> {
  if (await trustedTip(ports)) return
  await ports.repository.branches.createOrphan(STATE_BRANCH, 'Begin the state of promotions', [README])
  if (!(await trustedTip(ports))) throw unknownState('it was made and is not there')
}

/** True when a person allowed this target's deletions beyond the limit at exactly this commit. */
export async function isPruneConfirmed(ports: StatePorts, _target: Target, revision: string): Promise<boolean> {
  return (await readState(ports)).prune.has(revision)
}
