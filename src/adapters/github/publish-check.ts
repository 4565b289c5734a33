import type { CheckAnnotation, CheckReport } from '../../model/github.ts'
import type { BotIdentity } from './bot-identity.ts'
import { printExternalId, reportDigest } from './check-digest.ts'
import { listRuns, type StandingRun } from './check-runs.ts'
import { refusedWith } from './github-error.ts'
import type { Writer } from './installation.ts'
import type { Room } from './room.ts'

/** GitHub takes this many in one request, and adds those of later ones. */
const ANNOTATIONS = 50

/** See `Checks.publish`. Readers take the newest run of a name, so a twin that lag lets through does no harm. */
export async function publishCheck(room: Room, bot: BotIdentity, writer: Writer, report: CheckReport): Promise<void> {
  const { note, again } = report
  const digest = reportDigest(report)
  const [standing] = await listRuns(room, bot, report.headSha, report.name)
  const isGranted = again === undefined || standing?.identity?.again === again
  if (standing?.digest === digest && isGranted) return
  const batches = batchesOf(report.annotations ?? [])
  const externalId = (index: number) =>
    printExternalId({
      digest,
      partial: index < batches.length - 1,
      ...(note !== undefined && { note }),
      ...(again !== undefined && { again }),
    })
  const first = { ...bodyOf(report, batches[0] ?? []), external_id: externalId(0) }
  const id = canBeUpdated(standing)
    ? await updateRun(room, writer, report.name, standing.id, first)
    : await createRun(room, bot, writer, report, first)
  for (const [index, annotations] of batches.entries()) {
    if (index === 0) continue
    const more = { output: outputOf(report, annotations), external_id: externalId(index) }
    await updateRun(room, writer, report.name, id, more)
  }
}

/** A completed run is never reopened, and annotations cannot be taken back. */
function canBeUpdated(standing: StandingRun | undefined): standing is StandingRun {
  return standing !== undefined && standing.status !== 'completed' && standing.annotations === 0
}

type RunBody = ReturnType<typeof bodyOf> & { external_id: string }

function createRun(room: Room, bot: BotIdentity, writer: Writer, report: CheckReport, body: RunBody): Promise<number> {
  const create = () =>
    writer.create({
      what: `create check run ${report.name} of ${room.name} at ${report.headSha}`,
      ask: async (octokit) => {
        const place = { ...room.at, name: report.name, head_sha: report.headSha }
        return (await octokit.rest.checks.create({ ...place, ...body })).data.id
      },
      recover: async () => {
        const runs = await listRuns(room, bot, report.headSha, report.name)
        return runs.find((run) => run.externalId === body.external_id)?.id
      },
    })
  return room.installation.withLag(create, (error) => refusedWith(error, /no commit found/i))
}

function updateRun(
  room: Room,
  writer: Writer,
  name: string,
  id: number,
  body: RunBody | Pick<RunBody, 'output' | 'external_id'>,
): Promise<number> {
  return writer.edit({
    what: `update check run ${name} of ${room.name}`,
    ask: async (octokit) => (await octokit.rest.checks.update({ ...room.at, check_run_id: id, ...body })).data.id,
  })
}

function bodyOf(report: CheckReport, annotations: readonly CheckAnnotation[]) {
  return {
    status: report.status,
    // Sending a conclusion completes a run, whatever its status says.
    ...(report.status === 'completed' && { conclusion: report.conclusion }),
    output: outputOf(report, annotations),
    ...(report.actions && { actions: report.actions.map((action) => ({ ...action })) }),
  }
}

function outputOf(report: CheckReport, annotations: readonly CheckAnnotation[]) {
  return {
    title: report.title,
    summary: report.summary,
    ...(report.text !== undefined && { text: report.text }),
    annotations: annotations.map((annotation) => ({
      path: annotation.path,
      start_line: annotation.startLine,
      end_line: annotation.endLine,
      annotation_level: annotation.level,
      ...(annotation.title && { title: annotation.title }),
      message: annotation.message,
    })),
  }
}

function batchesOf(annotations: readonly CheckAnnotation[]): CheckAnnotation[][] {
  const batches: CheckAnnotation[][] = []
  for (let start = 0; start < annotations.length; start += ANNOTATIONS) {
    batches.push(annotations.slice(start, start + ANNOTATIONS))
  }
  return batches.length > 0 ? batches : [[]]
}
