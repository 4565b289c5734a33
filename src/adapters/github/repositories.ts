import type { RepositoryRef } from '../../model/github.ts'
import { failureIn } from './github-error.ts'
import type { Installation } from './installation.ts'

/** Archived and disabled ones are left out: nothing can be written there. */
export async function listRepositories(
  app: Installation,
  installationOf: (id: number) => Installation,
): Promise<RepositoryRef[]> {
  const found: RepositoryRef[] = []
  for (const id of await listInstallations(app)) {
    found.push(...(await listInstallationRepositories(installationOf(id), id)))
  }
  return found
}

function listInstallations(app: Installation): Promise<number[]> {
  return app.read({
    what: 'list the installations of the App',
    ask: async (octokit) => {
      const found = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 })
      return found.filter((installation) => !installation.suspended_at).map((installation) => installation.id)
    },
  })
}

/** One that was suspended or removed since it was listed has no repositories any more. */
async function listInstallationRepositories(installation: Installation, id: number): Promise<RepositoryRef[]> {
  try {
    return await installation.read({
      what: `list the repositories of installation ${id}`,
      ask: async (octokit) => {
        const route = octokit.rest.apps.listReposAccessibleToInstallation
        const found = await octokit.paginate(route, { per_page: 100 })
        return found
          .filter((repository) => !repository.archived && !repository.disabled)
          .map((repository) => ({ installation: id, owner: repository.owner.login, name: repository.name }))
      },
    })
  } catch (error) {
    if (['suspended', 'missing'].includes(failureIn(error)?.kind ?? '')) return []
    throw error
  }
}
