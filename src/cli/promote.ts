import { type RepositoryConfig, upstreamOf } from '../config/repository-config.ts'
import { LockstepError } from '../model/errors.ts'
import { printJson } from '../model/json.ts'
import { readSources } from '../promotion/carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../promotion/carry/plan.ts'
import { chooseApplication, chooseEnvironment, requireOverlay } from './choose.ts'
import type { Command, Invocation } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { openRepository, REPOSITORY_OPTION } from './open-repository.ts'
import { planJson } from './promote/plan-json.ts'
import { planMarkdown } from './promote/plan-markdown.ts'
import { planText } from './promote/plan-text.ts'
import { replaceFiles } from './promote/replace-files.ts'

/** A promotion in the files of a clone: the same edits as a promotion pull request makes. */
export const promoteCommand: Command = {
  name: 'promote',
  summary: 'move the carried fields of an application to the next environment',
  usage: 'lockstep promote [--repo DIR] --app A --to E [--from E] [--dry-run] [--format F]',
  examples: [
    { command: 'lockstep promote --app checkout --to staging --dry-run', shows: 'what would move, and what stays' },
    { command: 'lockstep promote --app checkout --to prod --from staging', shows: 'edits the files of the clone' },
  ],
  options: {
    ...REPOSITORY_OPTION,
    app: { type: 'string', value: 'A', description: 'the application', required: true },
    to: { type: 'string', value: 'E', description: 'the environment to change', required: true },
    from: { type: 'string', value: 'E', description: 'where the values come from; default: the environment before' },
    'dry-run': { type: 'boolean', description: 'print the plan, change nothing' },
  },
  async run(invocation) {
    const { options } = invocation
    const { local, tree, config, overlays } = await openRepository(invocation)
    const application = chooseApplication(config, overlays, options.app as string)
    const to = chooseEnvironment(config, options.to as string).name
    const from = chooseOrigin(config, to, options.from as string | undefined)
    for (const environment of [from, to]) requireOverlay(overlays, { application, environment })
    const tip = await local.mirror.resolve('HEAD')
    const sources = await readSources(tree, overlays)
    const history = tip && { mirror: local.mirror, tip, overlays, sources, ledger: [] }
    const request = { config, application, from, to, ...(history && { history }) }
    const plan = await planPromotion(sources, request)
    const isDry = options['dry-run'] === true
    if (!isDry) await replaceFiles(local.root, tree, plan.files)
    print(plan, isDry, invocation)
    return EXIT.fine
  },
}

/** The one environment before, unless one is named. Among several nobody but the caller can say which one's values are meant. */
function chooseOrigin(config: RepositoryConfig, to: string, named: string | undefined): string {
  if (named === to) throw wrong(`${to} cannot be promoted to itself.`, 'Name another environment with --from.')
  if (named !== undefined) return chooseEnvironment(config, named).name
  const [only, ...others] = upstreamOf(chooseEnvironment(config, to))
  if (only === undefined) throw wrong(`Nothing comes before ${to}.`, 'Name where the values come from with --from.')
  if (others.length === 0) return only
  throw wrong(`Several environments come before ${to}.`, `Add --from with one of ${[only, ...others].join(', ')}.`)
}

function print(plan: PromotionPlan, isDry: boolean, { format, stdout }: Invocation): void {
  if (format === 'json') stdout(`${printJson(planJson(plan))}\n`)
  else if (format === 'markdown') stdout(`${planMarkdown(plan)}\n`)
  else stdout(planText(plan, isDry))
}

function wrong(message: string, remedy: string): LockstepError {
  return new LockstepError({ code: 'OPTION_INVALID', message, remedy }, { kind: 'usage' })
}
