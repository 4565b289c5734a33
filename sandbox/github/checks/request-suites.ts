import { bodyText } from '../git/commit.ts'
import { installationCovers } from '../http/caller.ts'
import { branchOfRef, isDeletion, type RefUpdate } from '../repositories/ref-update.ts'
import { allows } from '../state/app.ts'
import type { Repository } from '../state/repository.ts'
import { emitSuite } from '../webhooks/check-events.ts'
import type { World } from '../world.ts'
import { createSuite, suiteOf } from './suites.ts'

/** A push gives every App that may write checks a suite on the new commit, unless the commit asks for none. */
export async function requestSuites(world: World, repository: Repository, update: RefUpdate): Promise<void> {
  const branch = branchOfRef(update.ref)
  if (branch === undefined || isDeletion(update) || (await skipsChecks(repository, update.after))) return
  for (const installation of world.installations.values()) {
    const { app } = installation
    if (!installationCovers(installation, repository) || !allows(installation.permissions, 'checks', 'write')) continue
    if (suiteOf(repository, app, update.after)) continue
    const suite = createSuite(world, repository, app, { sha: update.after, branch, before: update.before })
    await emitSuite(world, repository, suite, { action: 'requested', sender: update.pusher })
  }
}

async function skipsChecks(repository: Repository, sha: string): Promise<boolean> {
  const { message } = await repository.git.commit(sha)
  const trailers = bodyText(message).split('\n\n').at(-1) ?? ''
  return /^skip-checks: *true$/im.test(trailers)
}
