import type { Comments, Reaction } from '../../model/github.ts'
import type { BotIdentity } from './bot-identity.ts'
import { createComment, listComments, listCommentsSince } from './comment-calls.ts'
import { ensureComment } from './ensure-comment.ts'
import { failureIn } from './github-error.ts'
import { guarded, unlessStale } from './guarded-writer.ts'
import { letterTo, type Room } from './room.ts'

const REACTIONS: readonly Reaction[] = ['eyes', 'rocket', 'confused', '-1', '+1']

export function createComments(room: Room, bot: BotIdentity): Comments {
  const { installation } = room
  return {
    list: (number) => listComments(room, bot, number),
    listSince: (since) => listCommentsSince(room, bot, since),
    create: (number, body) =>
      installation.send(letterTo(room, `comments of ${number}`, 'comment'), (writer) =>
        createComment(room, bot, writer, number, body),
      ),
    ensure: (number, topic, body, stillTrue) =>
      installation.send(
        { ...letterTo(room, `comment ${topic} of ${number}`, 'comment'), replaceable: true },
        (writer) => unlessStale(() => ensureComment(room, bot, guarded(writer, stillTrue), { number, topic, body })),
      ),
    react: (id, reaction) => react(room, id, reaction),
    ownReactions: (id) => ownReactions(room, bot, id),
  }
}

/** A reaction is courtesy: a comment that is gone by then needs none. */
function react(room: Room, id: number, reaction: Reaction): Promise<void> {
  return room.installation.send(letterTo(room, `reactions of comment ${id}`, 'comment'), async (writer) => {
    try {
      await writer.create({
        what: `react to comment ${id} of ${room.name}`,
        ask: (octokit) =>
          octokit.rest.reactions.createForIssueComment({ ...room.at, comment_id: id, content: reaction }),
      })
    } catch (error) {
      if (failureIn(error)?.kind !== 'missing') throw error
    }
  })
}

async function ownReactions(room: Room, bot: BotIdentity, id: number): Promise<Reaction[]> {
  const login = await bot.login()
  const found = await room.installation.find({
    what: `list reactions to comment ${id} of ${room.name}`,
    ask: (octokit) => {
      const route = octokit.rest.reactions.listForIssueComment
      return octokit.paginate(route, { ...room.at, comment_id: id, per_page: 100 })
    },
  })
  const ours = (found ?? []).filter((reaction) => reaction.user?.login === login).map((reaction) => reaction.content)
  return REACTIONS.filter((reaction) => ours.includes(reaction))
}
