import type { Deployments } from '../../model/github.ts'
import { GitHubError } from './github-error.ts'
import type { Writer } from './installation.ts'
import { letterTo, type Room } from './room.ts'

type Report = Parameters<Deployments['record']>[0]

/** GitHub's limit. */
const DESCRIPTION = 140

export function createDeployments(room: Room): Deployments {
  return {
    record: (report) => {
      const thing = `deployment ${report.environment} ${report.application} ${report.sha}`
      const letter = letterTo(room, thing, 'history')
      return room.installation.send({ ...letter, replaceable: true }, async (writer) => {
        const id = (await findDeployment(room, report)) ?? (await createDeployment(room, writer, report))
        await addStatus(room, writer, id, report)
      })
    },
  }
}

function findDeployment(room: Room, report: Report): Promise<number | undefined> {
  return room.installation.read({
    what: `list deployments of ${room.name}`,
    ask: async (octokit) => {
      const filter = { sha: report.sha, environment: report.environment, task: taskOf(report), per_page: 100 }
      const found = await octokit.rest.repos.listDeployments({ ...room.at, ...filter })
      return found.data[0]?.id
    },
  })
}

/**
 * GitHub's defaults would merge the default branch into the commit, and wait for every check, ours among them; neither is wanted for
 * a record of what happened.
 */
function createDeployment(room: Room, writer: Writer, report: Report): Promise<number> {
  const what = `record a deployment to ${report.environment} of ${room.name}`
  return writer.create({
    what,
    ask: async (octokit) => {
      const { data } = await octokit.rest.repos.createDeployment({
        ...room.at,
        ref: report.sha,
        environment: report.environment,
        task: taskOf(report),
        description: `${report.application} to ${report.environment}`.slice(0, DESCRIPTION),
        auto_merge: false,
        required_contexts: [],
      })
      if ('id' in data) return data.id
      throw new GitHubError(
        { kind: 'refused', status: 202, message: data.message ?? 'no deployment', details: [] },
        what,
      )
    },
    recover: () => findDeployment(room, report),
  })
}

/** One environment holds several applications, so a success must not turn the others' deployments inactive. */
async function addStatus(room: Room, writer: Writer, id: number, report: Report): Promise<void> {
  const description = report.description.slice(0, DESCRIPTION)
  const standing = () => newestStatus(room, id)
  const isSaid = (status: { state: string; description: string } | undefined) =>
    status?.state === report.state && status.description === description
  if (isSaid(await standing())) return
  await writer.create({
    what: `record the state of a deployment to ${report.environment} of ${room.name}`,
    ask: async (octokit) => {
      const status = { deployment_id: id, state: report.state, description, auto_inactive: false }
      await octokit.rest.repos.createDeploymentStatus({ ...room.at, ...status })
      return true
    },
    recover: async () => (isSaid(await standing()) ? true : undefined),
  })
}

function newestStatus(room: Room, id: number): Promise<{ state: string; description: string } | undefined> {
  return room.installation.read({
    what: `list the states of a deployment of ${room.name}`,
    ask: async (octokit) => {
      const { data } = await octokit.rest.repos.listDeploymentStatuses({ ...room.at, deployment_id: id, per_page: 100 })
      return data.sort((one, other) => other.id - one.id)[0]
    },
  })
}

function taskOf(report: Report): string {
  return `lockstep:${report.application}`
}
