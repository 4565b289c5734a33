import type { Comment } from '../../model/github.ts'
import { type BotIdentity, isOurs } from './bot-identity.ts'
import type { Writer } from './installation.ts'
import { personOf } from './person.ts'
import type { Room } from './room.ts'

/** Our clock and GitHub's may differ by this much. */
const CLOCK_SKEW_MS = 120_000

interface CommentAnswer {
  readonly id: number
  readonly body?: string
  readonly user: { login: string; type?: string } | null
  readonly issue_url: string
  readonly html_url: string
  readonly created_at: string
  readonly updated_at: string
  readonly performed_via_github_app?: { id: number } | null
}

export function listComments(room: Room, bot: BotIdentity, number: number): Promise<Comment[]> {
  return room.installation.read({
    what: `list comments of ${room.name}#${number}`,
    ask: async (octokit) => {
      const route = octokit.rest.issues.listComments
      const found = await octokit.paginate(route, { ...room.at, issue_number: number, per_page: 100 })
      return found.map((answer) => commentOf(answer, bot))
    },
  })
}

export function listCommentsSince(room: Room, bot: BotIdentity, since: string): Promise<Comment[]> {
  return room.installation.read({
    what: `list comments of ${room.name}`,
    ask: async (octokit) => {
      const route = octokit.rest.issues.listCommentsForRepo
      const order = { sort: 'updated', direction: 'asc' } as const
      const found = await octokit.paginate(route, { ...room.at, ...order, since, per_page: 100 })
      return found.map((answer) => commentOf(answer, bot))
    },
  })
}

/** One whose answer was lost is looked for before it is written again. */
export function createComment(
  room: Room,
  bot: BotIdentity,
  writer: Writer,
  number: number,
  body: string,
): Promise<Comment> {
  const started = room.installation.clock.now() - CLOCK_SKEW_MS
  return writer.create({
    what: `comment on ${room.name}#${number}`,
    ask: async (octokit) => {
      const { data } = await octokit.rest.issues.createComment({ ...room.at, issue_number: number, body })
      return commentOf(data, bot)
    },
    recover: async () => {
      const comments = await listComments(room, bot, number)
      return comments.findLast((found) => found.ours && found.body === body && Date.parse(found.createdAt) >= started)
    },
  })
}

function commentOf(answer: CommentAnswer, bot: BotIdentity): Comment {
  return {
    id: answer.id,
    number: Number(answer.issue_url.split('/').at(-1)),
    author: personOf(answer.user),
    body: (answer.body ?? '').replaceAll('\r\n', '\n'),
    createdAt: answer.created_at,
    updatedAt: answer.updated_at,
    ours: isOurs(answer, bot),
    onPullRequest: /\/pull\/\d+(#|$)/.test(answer.html_url),
  }
}
