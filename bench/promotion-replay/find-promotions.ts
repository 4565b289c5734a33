import { type RepositoryConfig, upstreamOf } from '../../src/config/repository-config.ts'
import type { Mirror } from '../../src/model/mirror.ts'
import { git } from '../replay/clone.ts'
import { applicationFiles } from './application-files.ts'
import { addedLines } from './history.ts'
import { lineNotUpstream } from './line-not-upstream.ts'
import type { Promotion } from './promotions.ts'

/**
 * The promotions in a clone's default branch, oldest first: commits (no merges, no reverts) whose subject matches, and which touch files below
 * directories of one environment alone, and that environment comes after another. They come from the environment that the subject names (`from
 * staging to`), or the nearest one upstream in which all that they add stands, or the one right before.
 */
export async function findPromotions(
  mirror: Mirror,
  clone: string,
  config: RepositoryConfig,
  subject: RegExp,
): Promise<Promotion[]> {
  const lines = git(clone, ['log', '--no-merges', '--reverse', '--format=%H %s', 'HEAD']).trim().split('\n')
  const wanted = lines
    .map((line) => [line.slice(0, 40), line.slice(41)] as const)
    .filter(([, text]) => subject.test(text))
  const found: Promotion[] = []
  for (const [commit, text] of wanted) {
    const target = text.startsWith('Revert') ? undefined : touched(clone, config, commit)
    const above = target ? upstreams(config, target.to) : []
    const [nearest] = above
    if (!target || nearest === undefined) continue
    const from =
      named(above, text) ?? (await holding(mirror, clone, config, commit, target.applications, above)) ?? nearest
    found.push({ commit, ...target, from })
  }
  return found
}

interface Touched {
  readonly applications: readonly string[]
  readonly to: string
}

/** Undefined where any file is none of an environment's, or several environments have files. */
function touched(clone: string, config: RepositoryConfig, commit: string): Touched | undefined {
  const paths = git(clone, ['diff', '--name-only', '--no-renames', `${commit}^`, commit])
    .trim()
    .split('\n')
  const places = paths.map((path) => placeOf(config, path))
  const environments = new Set(places.map((place) => place?.environment))
  const [to] = environments
  if (to === undefined || environments.size > 1) return undefined
  return { to, applications: [...new Set(places.flatMap((place) => place?.application ?? []))].sort() }
}

function placeOf(config: RepositoryConfig, path: string): { application: string; environment: string } | undefined {
  const names = config.environments.map(({ name }) => name).join('|')
  for (const template of config.overlays) {
    const directory = template.slice(0, template.indexOf('{environment}'))
    const match = new RegExp(`^${directory.replace('{app}', '(?<app>[^/]+)')}(?<environment>${names})/`).exec(path)
    if (match)
      return {
        application: match.groups?.app ?? config.application ?? '',
        environment: match.groups?.environment ?? '',
      }
  }
  return undefined
}

/** Nearest first. */
function upstreams(config: RepositoryConfig, environment: string): string[] {
  const after = (name: string) => config.environments.filter((each) => each.name === name).flatMap(upstreamOf)
  const direct = after(environment)
  return [...direct, ...direct.flatMap((name) => upstreams(config, name))]
}

/** People shorten names: `from stage to prod`. */
function named(environments: readonly string[], subject: string): string | undefined {
  const word = /\bfrom (\w{3})\S* to\b/i.exec(subject)?.[1]?.toLowerCase()
  return environments.find((name) => word !== undefined && name.startsWith(word))
}

async function holding(
  mirror: Mirror,
  clone: string,
  config: RepositoryConfig,
  commit: string,
  applications: readonly string[],
  environments: readonly string[],
): Promise<string | undefined> {
  const parent = await mirror.tree(`${git(clone, ['rev-parse', `${commit}^`]).trim()}`)
  const paths = await applicationFiles(parent, config, applications)
  for (const environment of environments)
    if ((await lineNotUpstream(parent, paths, environment, addedLines(clone, commit))) === undefined) return environment
  return undefined
}
