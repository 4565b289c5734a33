import type { Comment } from '../../model/github.ts'
import type { BotIdentity } from './bot-identity.ts'
import { createComment, listComments } from './comment-calls.ts'
import { parseMarker, printMarker } from './comment-marker.ts'
import { failureIn } from './github-error.ts'
import type { Writer } from './installation.ts'
import type { Room } from './room.ts'

interface Wanted {
  readonly number: number
  readonly topic: string
  readonly body: string
}

/** Creation has no idempotency key, so after it the list is read again and the newer of two twins goes. */
export async function ensureComment(room: Room, bot: BotIdentity, writer: Writer, wanted: Wanted): Promise<void> {
  const body = `${printMarker(wanted.topic)}\n${wanted.body}`
  let standing = await standingComments(room, bot, wanted)
  if (standing.length === 0) {
    await createComment(room, bot, writer, wanted.number, body)
    standing = await standingComments(room, bot, wanted)
  }
  const [first, ...twins] = standing
  for (const twin of twins) await removeComment(room, writer, twin.id)
  if (first && !sameText(first.body, body)) await editComment(room, writer, first.id, body)
}

/** Ours on this topic, oldest first. */
async function standingComments(room: Room, bot: BotIdentity, wanted: Wanted): Promise<Comment[]> {
  const comments = await listComments(room, bot, wanted.number)
  return comments
    .filter((comment) => comment.ours && parseMarker(comment.body) === wanted.topic)
    .sort((one, other) => one.id - other.id)
}

/** GitHub may trim what it stores. */
function sameText(one: string, other: string): boolean {
  return one.trimEnd() === other.replaceAll('\r\n', '\n').trimEnd()
}

async function editComment(room: Room, writer: Writer, id: number, body: string): Promise<void> {
  await writer.edit({
    what: `edit comment ${id} of ${room.name}`,
    ask: (octokit) => octokit.rest.issues.updateComment({ ...room.at, comment_id: id, body }),
  })
}

async function removeComment(room: Room, writer: Writer, id: number): Promise<void> {
  try {
    await writer.edit({
      what: `remove comment ${id} of ${room.name}`,
      ask: (octokit) => octokit.rest.issues.deleteComment({ ...room.at, comment_id: id }),
    })
  } catch (error) {
    if (failureIn(error)?.kind !== 'missing') throw error
  }
}
