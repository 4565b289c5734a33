import { readSources } from '../promotion/carry/kustomization-sources.ts'
import { planBump } from '../promotion/versions/bump-plan.ts'
import { chooseFirst } from '../promotion/versions/first-environment.ts'
import { parseImageVersion } from '../promotion/versions/image-version.ts'
import { distinctVersions } from '../promotion/versions/wanted-versions.ts'
import { openBumpPull } from './bump/open-bump-pull.ts'
import { printBump } from './bump/print-bump.ts'
import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { openRepository, REPOSITORY_OPTION } from './open-repository.ts'
import { replaceFiles } from './promote/replace-files.ts'

/** A new version of an application's images: in the files of a clone, or from CI as a pull request. */
export const bumpCommand: Command = {
  name: 'bump',
  summary: 'bring a new version of an image into the first environment',
  usage: 'lockstep bump [--repo DIR] --app A --image NAME=TAG[@sha256:…] [--env E] [--open] [--dry-run] [--format F]',
  examples: [
    {
      command: 'lockstep bump --app checkout --image ghcr.io/acme/checkout=1.4.2',
      shows: 'edits the files of the clone',
    },
    {
      command: 'lockstep bump --open --app checkout --image ghcr.io/acme/checkout=1.4.2',
      shows: 'in CI: opens or updates the pull request, without a clone',
    },
  ],
  options: {
    ...REPOSITORY_OPTION,
    app: { type: 'string', value: 'A', description: 'the application', required: true },
    image: {
      type: 'string',
      value: 'NAME=TAG[@sha256:…]',
      description: 'the new version; may stand several times',
      required: true,
      multiple: true,
    },
    env: { type: 'string', value: 'E', description: 'the environment, where new versions may begin in several' },
    'allow-downgrade': { type: 'boolean', description: 'also where a newer version is there' },
    'dry-run': { type: 'boolean', description: 'print the plan, change nothing' },
    open: {
      type: 'boolean',
      description: 'open or update the pull request: needs GITHUB_TOKEN and a repository (GITHUB_REPOSITORY)',
    },
    repository: { type: 'string', value: 'OWNER/NAME', description: 'with --open; default: GITHUB_REPOSITORY' },
    'github-url': {
      type: 'string',
      value: 'URL',
      description: 'with --open; default: GITHUB_SERVER_URL, or github.com',
    },
  },
  async run(invocation) {
    const { options } = invocation
    const versions = distinctVersions((options.image as readonly string[]).map(parseImageVersion))
    const asked = {
      application: options.app as string,
      environment: options.env as string | undefined,
      versions,
      allowDowngrade: options['allow-downgrade'] === true,
    }
    if (options.open) return openBumpPull(invocation, asked)
    const { local, tree, config, overlays } = await openRepository(invocation)
    const environment = chooseFirst(config, overlays, asked)
    const plan = await planBump(await readSources(tree, overlays), { ...asked, environment })
    const isDry = options['dry-run'] === true
    if (!isDry) await replaceFiles(local.root, tree, plan.files)
    printBump(invocation, { plan, isDry })
    return EXIT.fine
  },
}
