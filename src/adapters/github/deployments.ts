import type { DeploymentReport, Deployments } from '../../model/github.ts'
import { GitHubError } from './github-error.ts'
import type { Writer } from './installation.ts'
import { letterTo, type Room } from './room.ts'

/** GitHub's limit. */
const DESCRIPTION = 140
/** Deployments that were never finished may stand between the newest and the last that was inactive. */
const MOST_RETIRED = 10

export function createDeployments(room: Room): Deployments {
  return {
    record: (report) => {
      const thing = `deployment ${report.environment} ${report.application} ${report.sha}`
      const letter = letterTo(room, thing, 'history')
      return room.installation.send({ ...letter, replaceable: true }, async (writer) => {
        const known = await findDeployment(room, report)
        if (known === undefined && report.onlyKnown) return
        const id = known ?? (await createDeployment(room, writer, report))
        const isNew = await addStatus(room, writer, id, report)
        if (isNew && report.state === 'success') await retireEarlier(room, writer, id, report)
      })
    },
  }
}

function findDeployment(room: Room, report: DeploymentReport): Promise<number | undefined> {
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
function createDeployment(room: Room, writer: Writer, report: DeploymentReport): Promise<number> {
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

/**
 * Whether that was news. One environment holds several applications, so a success must not turn the others' deployments inactive, as
 * GitHub would.
 */
async function addStatus(
  room: Room,
  writer: Writer,
  id: number,
  report: Pick<DeploymentReport, 'environment' | 'state' | 'description'>,
): Promise<boolean> {
  const description = report.description.slice(0, DESCRIPTION)
  const standing = () => newestStatus(room, id)
  const isSaid = (status: { state: string; description: string } | undefined) =>
    status?.state === report.state && status.description === description
  if (isSaid(await standing())) return false
  await writer.create({
    what: `record the state of a deployment to ${report.environment} of ${room.name}`,
    ask: async (octokit) => {
      const status = { deployment_id: id, state: report.state, description, auto_inactive: false }
      await octokit.rest.repos.createDeploymentStatus({ ...room.at, ...status })
      return true
    },
    recover: async () => (isSaid(await standing()) ? true : undefined),
  })
  return true
}

/** Those of this application there, newest first, as far as nobody did so before. */
async function retireEarlier(room: Room, writer: Writer, id: number, report: DeploymentReport): Promise<void> {
  const { environment } = report
  for (const earlier of await earlierDeployments(room, id, report)) {
    if ((await newestStatus(room, earlier))?.state === 'inactive') return
    await addStatus(room, writer, earlier, { environment, state: 'inactive', description: 'A later revision runs.' })
  }
}

function earlierDeployments(room: Room, id: number, report: DeploymentReport): Promise<number[]> {
  return room.installation.read({
    what: `list earlier deployments of ${room.name}`,
    ask: async (octokit) => {
      const filter = { environment: report.environment, task: taskOf(report), per_page: MOST_RETIRED }
      const { data } = await octokit.rest.repos.listDeployments({ ...room.at, ...filter })
      return data.map((deployment) => deployment.id).filter((one) => one < id)
    },
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

function taskOf(report: DeploymentReport): string {
  return `lockstep:${report.application}`
}
