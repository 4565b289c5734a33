import type { MergeStanding } from '../../model/github.ts'
import { readBranchRules, rulesSentence } from './branch-rules.ts'
import { readQueueState } from './queue-state.ts'
import type { Room } from './room.ts'

const COMPUTING_DELAYS_MS = [250, 500, 1000, 2000]

/** Read as anybody reads it: what GitHub says of the rules does not depend on who may bypass them. */
export async function mergeStanding(room: Room, number: number): Promise<MergeStanding> {
  const pull = await computed(room, number)
  const { enabled, inside, left, unreviewed } = await readQueueState(room, number)
  if (!enabled) return { queue: 'none', ...(await obstacle(room, pull)) }
  if (inside) return { queue: 'inside' }
  // The queue itself tests all but reviews, on the commit that it would merge.
  const state = ['blocked', 'behind'].includes(pull.state) ? (unreviewed ? 'blocked' : 'clean') : pull.state
  return { queue: 'outside', ...(left && { left }), ...(await obstacle(room, { ...pull, state })) }
}

interface Standing {
  readonly base: string
  /** GitHub's `mergeable_state`. */
  readonly state: string
}

async function computed(room: Room, number: number): Promise<Standing> {
  for (const delay of COMPUTING_DELAYS_MS) {
    const pull = await readStanding(room, number)
    if (pull.state !== 'unknown') return pull
    await room.installation.clock.sleep(delay)
  }
  return readStanding(room, number)
}

function readStanding(room: Room, number: number): Promise<Standing> {
  return room.installation.read({
    what: `read pull request ${number} of ${room.name}`,
    ask: async (octokit) => {
      const { data } = await octokit.rest.pulls.get({ ...room.at, pull_number: number })
      return { base: data.base.ref, state: data.mergeable_state }
    },
  })
}

async function obstacle(room: Room, { base, state }: Standing): Promise<Pick<MergeStanding, 'obstacle' | 'behind'>> {
  switch (state) {
    case 'blocked':
      return { obstacle: rulesSentence(base, await readBranchRules(room, base)) }
    case 'behind':
      return { obstacle: `A rule of ${base} asks for a branch that is up to date with it.`, behind: true }
    case 'dirty':
      return { obstacle: `It conflicts with ${base}.` }
    case 'draft':
      return { obstacle: 'It is a draft.' }
    case 'unknown':
      return { obstacle: 'GitHub has not found out yet whether it can be merged.' }
    default:
      return {}
  }
}
