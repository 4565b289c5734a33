import type { CheckReport, CheckRun, Checks } from '../../model/github.ts'
import type { BotIdentity } from './bot-identity.ts'
import { listRuns, type StandingRun } from './check-runs.ts'
import { listReported } from './commit-checks.ts'
import { guarded, unlessStale } from './guarded-writer.ts'
import type { Priority } from './outbox.ts'
import { publishCheck } from './publish-check.ts'
import { letterTo, type Room } from './room.ts'

/** The only check a repository should require, so it goes out before everything else. */
const GATE = /(^|\/)gate$/

export function createChecks(room: Room, bot: BotIdentity): Checks {
  return {
    list: async (sha) => (await listRuns(room, bot, sha)).map(checkRunOf),
    reported: (sha) => listReported(room, sha),
    publish: (report, stillTrue) => {
      const letter = letterTo(room, `check ${report.name} on ${report.headSha}`, priorityOf(report))
      return room.installation.send({ ...letter, replaceable: true }, (writer) =>
        unlessStale(() => publishCheck(room, bot, guarded(writer, stillTrue), report)),
      )
    },
  }
}

/** A green gate that turns red must not wait for others that turn green. */
function priorityOf({ name, status, conclusion }: CheckReport): Priority {
  if (!GATE.test(name)) return 'check'
  return status === 'completed' && conclusion !== 'success' ? 'stop' : 'gate'
}

function checkRunOf({ externalId, identity, annotations, ...run }: StandingRun): CheckRun {
  return run
}
