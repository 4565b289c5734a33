import type { PullRequest, PullRequests, Review } from '../../model/github.ts'
import { listCommitters } from './committers.ts'
import { listForcePushes } from './force-pushes.ts'
import { failureIn, refusedWith } from './github-error.ts'
import type { Writer } from './installation.ts'
import { mergePullRequest } from './merge.ts'
import { mergeStanding } from './merge-standing.ts'
import { personOf } from './person.ts'
import { pullRequestOf } from './pull-request.ts'
import { branchThing, letterTo, type Room } from './room.ts'

type NewPullRequest = Parameters<PullRequests['create']>[0]

export function createPulls(room: Room): PullRequests {
  const { installation, at, name } = room

  const list: Lister = (filter) =>
    installation.read({
      what: `list pull requests of ${name}`,
      ask: async (octokit) => {
        const found = await octokit.paginate(octokit.rest.pulls.list, { ...at, per_page: 100, ...filter })
        return found.map(pullRequestOf)
      },
    })

  /** GitHub ignores a `head` filter it does not understand, so the answer is filtered again. */
  const listByHead = async (branch: string) => {
    const found = await list({ head: `${at.owner}:${branch}`, state: 'all', sort: 'created', direction: 'desc' })
    return found.filter((pull) => pull.head.ref === branch && !pull.head.fork)
  }

  return {
    listOpen: () => list({ state: 'open' }),
    listByHead,
    get: (number) =>
      installation.find(
        {
          what: `read pull request ${number} of ${name}`,
          ask: async (octokit) => pullRequestOf((await octokit.rest.pulls.get({ ...at, pull_number: number })).data),
        },
        pullThing(room, number),
      ),
    create: (request) =>
      installation.send(letterTo(room, `pull request from ${request.head}`, 'change'), (writer) =>
        openOrAdopt(room, writer, request, listByHead),
      ),
    update: (number, change) =>
      installation.send(letterTo(room, `pull request ${number}`, 'change', false), async (writer) => {
        await writer.edit({
          what: `edit pull request ${number} of ${name}`,
          ask: (octokit) => octokit.rest.pulls.update({ ...at, pull_number: number, ...change }),
        })
      }),
    merge: (number, request) =>
      installation.send(letterTo(room, `pull request ${number}`, 'gate', false), (writer) =>
        mergePullRequest(room, writer, number, request),
      ),
    standing: (number) => mergeStanding(room, number),
    reviews: (number) => listReviews(room, number),
    dismissReview: (number, review, message) =>
      installation.send(letterTo(room, `pull request ${number}`, 'change', false), (writer) =>
        dismissReview(room, writer, { number, review, message }),
      ),
    committers: (number) => listCommitters(room, number),
    forcePushes: (number) => listForcePushes(room, number),
  }
}

type Lister = (filter: {
  state: 'open' | 'all'
  head?: string
  sort?: 'created'
  direction?: 'desc'
}) => Promise<PullRequest[]>

async function openOrAdopt(
  room: Room,
  writer: Writer,
  request: NewPullRequest,
  listByHead: (branch: string) => Promise<PullRequest[]>,
): Promise<PullRequest> {
  const { installation, at, name } = room
  const findOpen = async () =>
    (await listByHead(request.head)).find((pull) => pull.state === 'open' && pull.base.ref === request.base)
  const create = () =>
    writer.create({
      what: `open a pull request from ${request.head} in ${name}`,
      ask: async (octokit) => pullRequestOf((await octokit.rest.pulls.create({ ...at, ...request })).data),
      recover: findOpen,
    })
  try {
    const isFreshBranch = () => installation.ownWrites.isFresh(branchThing(room, request.head))
    const created = await installation.withLag(create, (error) => isFreshBranch() && branchNotSeen(error))
    installation.ownWrites.note(pullThing(room, created.number))
    return created
  } catch (error) {
    const adopted = refusedWith(error, /already exists/i) ? await findOpen() : undefined
    if (!adopted) throw error
    return adopted
  }
}

/** For some seconds GitHub may not know a branch or its newest commit where pull requests are made. */
function branchNotSeen(error: unknown): boolean {
  const fresh = /head invalid|no commits between/i
  return failureIn(error)?.kind === 'missing' || refusedWith(error, fresh)
}

function listReviews(room: Room, number: number): Promise<Review[]> {
  return room.installation.read({
    what: `list reviews of pull request ${number} of ${room.name}`,
    ask: async (octokit) => {
      const route = octokit.rest.pulls.listReviews
      const reviews = await octokit.paginate(route, { ...room.at, pull_number: number, per_page: 100 })
      return reviews.map((review) => ({
        id: review.id,
        author: personOf(review.user),
        state: review.state as Review['state'],
        commit: review.commit_id ?? '',
        submittedAt: review.submitted_at ?? '',
      }))
    },
  })
}

/** A review that is dismissed already, or that was no verdict, is what was wanted. */
async function dismissReview(
  room: Room,
  writer: Writer,
  { number, review, message }: { number: number; review: number; message: string },
): Promise<void> {
  try {
    await writer.edit({
      what: `dismiss a review of pull request ${number} of ${room.name}`,
      ask: (octokit) =>
        octokit.rest.pulls.dismissReview({ ...room.at, pull_number: number, review_id: review, message }),
    })
  } catch (error) {
    if (!refusedWith(error, /can not dismiss/i)) throw error
  }
}

function pullThing(room: Room, number: number): string {
  return `${room.name} pull request ${number}`
}
