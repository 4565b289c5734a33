import type { CheckRun } from '../../model/github.ts'
import type { BotIdentity } from './bot-identity.ts'
import { type ExternalId, parseExternalId } from './check-digest.ts'
import type { Room } from './room.ts'

export interface StandingRun extends CheckRun {
  readonly externalId: string
  readonly identity: ExternalId | undefined
  /** Annotations posted so far; GitHub only ever adds to them. */
  readonly annotations: number
}

/** This App's runs on a commit, newest of each name only: GitHub's own `latest` counts each suite apart. */
export async function listRuns(room: Room, bot: BotIdentity, sha: string, name?: string): Promise<StandingRun[]> {
  const newest = new Map<string, StandingRun>()
  for (const run of await askForRuns(room, bot, sha, name)) {
    const known = newest.get(run.name)
    if (!known || known.id < run.id) newest.set(run.name, run)
  }
  return [...newest.values()]
}

function askForRuns(room: Room, bot: BotIdentity, sha: string, name?: string): Promise<StandingRun[]> {
  return room.installation.read({
    what: `list check runs of ${room.name} at ${sha}`,
    ask: async (octokit) => {
      const filter = { app_id: bot.appId, per_page: 100, ...(name && { check_name: name }) }
      const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...room.at, ref: sha, ...filter })
      return runs.filter((run) => run.app?.id === bot.appId).map(runOf)
    },
  })
}

interface Answer {
  readonly id: number
  readonly name: string
  readonly head_sha: string
  readonly status: string
  readonly conclusion: string | null
  readonly external_id: string | null
  readonly started_at: string | null
  readonly completed_at: string | null
  readonly output: { title: string | null; annotations_count: number }
}

function runOf(answer: Answer): StandingRun {
  const externalId = answer.external_id ?? ''
  const identity = parseExternalId(externalId)
  return {
    id: answer.id,
    name: answer.name,
    headSha: answer.head_sha,
    status: answer.status === 'completed' || answer.status === 'in_progress' ? answer.status : 'queued',
    ...(answer.conclusion && { conclusion: answer.conclusion }),
    title: answer.output.title ?? '',
    startedAt: answer.started_at ?? '',
    ...(answer.completed_at && { completedAt: answer.completed_at }),
    ...(identity && !identity.partial && { digest: identity.digest }),
    ...(identity?.note && { note: identity.note }),
    ...(identity?.again && { again: identity.again }),
    externalId,
    identity,
    annotations: answer.output.annotations_count,
  }
}
