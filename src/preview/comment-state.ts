/** What the comment said when it was last written, kept out of sight in it: it decides who is told of what comes next. */
export interface CommentState {
  /** The gate was green, and has not been red since. */
  readonly green: boolean
  /** What is lost in environments that come after others: `lossId` of each, at most `MOST_LOSSES`. */
  readonly losses: readonly string[]
  /** What somebody was told of in a comment of its own and is not over yet. */
  readonly told: readonly Told[]
}

export interface Told {
  /** The topic of that comment. */
  readonly topic: string
  /** The losses that it names; none where it is about the gate. */
  readonly losses: readonly string[]
}

export const MOST_LOSSES = 60
export const MOST_TOLD = 8
export const MOST_LOSSES_TOLD = 10

const ID = '[0-9a-f]{8}'
const TOLD = `attention-${ID}(?:\\+${ID})*`
const STATE = new RegExp(`<!-- lockstep-state: (green|red) losses=((?:${ID},?)*) told=((?:${TOLD},?)*) -->`)

/** Other people's text cannot hold it, because no `<!--` of theirs gets into a comment. */
export function printCommentState({ green, losses, told }: CommentState): string {
  const kept = told.slice(-MOST_TOLD).map((one) => [one.topic, ...one.losses.slice(0, MOST_LOSSES_TOLD)].join('+'))
  const parts = [green ? 'green' : 'red', `losses=${losses.slice(0, MOST_LOSSES).join(',')}`, `told=${kept.join(',')}`]
  return `<!-- lockstep-state: ${parts.join(' ')} -->`
}

/** Undefined for a comment without one, such as an older Lockstep wrote. */
export function parseCommentState(body: string): CommentState | undefined {
  const [, green, losses = '', told = ''] = STATE.exec(body) ?? []
  if (green === undefined) return undefined
  return { green: green === 'green', losses: listed(losses), told: listed(told).map(parseTold) }
}

function parseTold(text: string): Told {
  const [topic = '', ...losses] = text.split('+')
  return { topic, losses }
}

function listed(text: string): string[] {
  return text.split(',').filter((one) => one !== '')
}
