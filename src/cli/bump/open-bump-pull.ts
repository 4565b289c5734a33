import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRemoteCommits } from '../../adapters/git/remote-commits.ts'
import { openWithToken } from '../../adapters/github/open-with-token.ts'
import { loadRepositoryConfig } from '../../config/load.ts'
import type { BumpWish } from '../../promotion/versions/bump-place.ts'
import type { BumpPorts } from '../../promotion/versions/bump-ports.ts'
import { publishBump } from '../../promotion/versions/publish-bump.ts'
import type { Invocation } from '../command.ts'
import { EXIT, type RunResult } from '../exit-codes.ts'
import { type CiSettings, ciSettings } from './ci-settings.ts'
import { printBump } from './print-bump.ts'
import { writeStepOutputs } from './step-outputs.ts'

/** Opens or updates the pull request with a token's rights alone. What is fetched for it is gone afterwards. */
export async function openBumpPull(invocation: Invocation, wish: BumpWish): Promise<RunResult> {
  const settings = ciSettings(invocation)
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-bump-'))
  try {
    const isDry = invocation.options['dry-run'] === true
    const result = await publishBump(portsOf(settings, directory), wish, { isDry })
    printBump(invocation, { ...result, isDry })
    await writeStepOutputs(invocation, { ...result, isDry })
    return result.outcome.decision === 'waiting' ? EXIT.refused : EXIT.fine
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function portsOf({ token, owner, name, apiUrl }: CiSettings, directory: string): BumpPorts {
  const repository = openWithToken({ token, owner, name, baseUrl: apiUrl })
  const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  const open = openRemoteCommits({
    directory: join(directory, 'repository.git'),
    url: `${repository.url}.git`,
    authorization: async () => authorization,
  })
  return {
    repository,
    isBefore: repository.branches.isBefore,
    loadConfig: loadRepositoryConfig,
    open: async (sha) => {
      const { tree, commit } = await open(sha)
      return { tree, message: commit.message, parents: commit.parents }
    },
  }
}
