import type { CheckRun, Checks } from '../../model/github.ts'
import type { BotIdentity } from './bot-identity.ts'
import { listRuns, type StandingRun } from './check-runs.ts'
import { listReported } from './commit-checks.ts'
import { guarded, unlessStale } from './guarded-writer.ts'
import { publishCheck } from './publish-check.ts'
import { letterTo, type Room } from './room.ts'

/** The only check a repository should require, so it goes out before everything else. */
const GATE = /(^|\/)gate$/

export function createChecks(room: Room, bot: BotIdentity): Checks {
  return {
    list: async (sha) => (await listRuns(room, bot, sha)).map(checkRunOf),
    reported: (sha) => listReported(room, sha),
    publish: (report, stillTrue) => {
      const priority = GATE.test(report.name) ? 'gate' : 'check'
      const letter = letterTo(room, `check ${report.name} on ${report.headSha}`, priority)
      return room.installation.send({ ...letter, replaceable: true }, (writer) =>
        unlessStale(() => publishCheck(room, bot, guarded(writer, stillTrue), report)),
      )
    },
  }
}

function checkRunOf({ externalId, identity, annotations, ...run }: StandingRun): CheckRun {
  return run
}
