import { needs } from '../http/access.ts'
import { created, noContent, ok } from '../http/answer.ts'
import { actorAccount } from '../http/caller.ts'
import { page } from '../http/pages.ts'
import { notFound, validationFailed } from '../http/refusal.ts'
import { actor, numberParam, type RepositoryCall, type Route, repositoryRoute } from '../http/route.ts'
import type { Reaction } from '../state/issue.ts'
import { REACTIONS, reactionView } from '../views/reactions.ts'
import { commentOf, issueOf, refuse } from './find.ts'

const READ = needs(['issues:read', 'pull_requests:read'])
const WRITE = needs(['issues:write', 'pull_requests:write'], 'read')

/** No webhook tells of reactions. */
export const reactionRoutes: readonly Route[] = [
  ...reactionsOn('/issues/comments/:id', commentOf),
  ...reactionsOn('/issues/:number', issueOf),
]

function reactionsOn(path: string, find: (call: RepositoryCall) => { reactions: Reaction[] }): Route[] {
  return [
    repositoryRoute('GET', `${path}/reactions`, READ, (call) => {
      const content = call.query.get('content')
      const shown = find(call).reactions.filter((reaction) => content === null || reaction.content === content)
      return page(call, shown, (reaction) => reactionView(call.world, reaction))
    }),
    repositoryRoute('POST', `${path}/reactions`, WRITE, (call) => react(call, find(call))),
    repositoryRoute('DELETE', `${path}/reactions/:reaction`, WRITE, (call) => {
      const owner = find(call)
      const reaction = owner.reactions.find((one) => one.id === numberParam(call, 'reaction')) ?? refuse(notFound())
      owner.reactions = owner.reactions.filter((one) => one !== reaction)
      return noContent()
    }),
  ]
}

/** 201 for a new reaction, 200 for one that the same account already left. */
function react(call: RepositoryCall, owner: { reactions: Reaction[] }): ReturnType<typeof ok> {
  const { input, world } = call
  const content = input.requiredText('content')
  if (!(REACTIONS as readonly string[]).includes(content)) {
    throw validationFailed({ resource: 'Reaction', code: 'invalid', field: 'content' })
  }
  const user = actorAccount(actor(call))
  const known = owner.reactions.find((reaction) => reaction.user === user && reaction.content === content)
  if (known) return ok(reactionView(world, known))
  const reaction = { id: world.nextId(), user, content, createdAt: world.now() }
  owner.reactions.push(reaction)
  return created(reactionView(world, reaction))
}
