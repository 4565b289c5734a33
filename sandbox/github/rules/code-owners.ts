import { findTeam } from '../accounts/create.ts'
import { changedFiles } from '../git/changed-files.ts'
import { isMember } from '../repositories/roles.ts'
import type { PullRequest } from '../state/pull-request.ts'
import type { Repository } from '../state/repository.ts'
import type { World } from '../world.ts'

/** Where GitHub looks, in this order; the file of the base branch counts. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']

interface Line {
  readonly pattern: string
  /** `@login` or `@organization/team`; without any, nobody owns what the pattern matches. */
  readonly owners: readonly string[]
}

/** Owners, as the file names them, of files in the pull request of which none of these people is an owner; one owner of a file suffices. */
export async function missingOwners(
  world: World,
  repository: Repository,
  pull: PullRequest,
  approvers: readonly string[],
): Promise<string[]> {
  const tip = await repository.git.tip(pull.base.ref)
  const lines = tip === undefined ? [] : parseOwners(await readOwners(repository, tip))
  if (tip === undefined || lines.length === 0) return []
  const fork = await repository.git.text(['merge-base', tip, pull.head.sha])
  const files = await changedFiles(repository.git, fork, pull.head.sha)
  const missing = files
    .flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath]))
    .map((path) => ownersOf(lines, path))
    .filter((owners) => owners.length > 0 && !owners.some((owner) => approvers.some((one) => is(world, one, owner))))
  return [...new Set(missing.flat())]
}

async function readOwners(repository: Repository, commit: string): Promise<string> {
  const listed = await repository.git.text(['ls-tree', '-r', '--name-only', commit, '--', ...PLACES])
  const place = PLACES.find((path) => listed.split('\n').includes(path))
  return place === undefined ? '' : repository.git.text(['show', `${commit}:${place}`])
}

function parseOwners(text: string): Line[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .flatMap(([pattern = '', ...owners]) => (pattern === '' ? [] : [{ pattern, owners }]))
}

/** The last line that matches decides. */
function ownersOf(lines: readonly Line[], path: string): readonly string[] {
  return lines.findLast(({ pattern }) => matches(pattern, path))?.owners ?? []
}

/** As in a `.gitignore`, without its negations and ranges. */
function matches(pattern: string, path: string): boolean {
  const bare = pattern.replace(/\/$/, '')
  const start = bare.includes('/') ? '^' : '(?:^|/)'
  // `docs/` owns what is below, `docs/*` the files right in it, `docs` both.
  const end = pattern.endsWith('/') ? '/' : pattern.endsWith('/*') ? '$' : '(?:/|$)'
  return new RegExp(`${start}${globSource(bare.replace(/^\//, ''))}${end}`).test(path)
}

function globSource(glob: string): string {
  const wild: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' }
  return glob.replace(/\*\*\/|\*\*|[*?]|[.+^${}()|[\]\\]/g, (found) => wild[found] ?? `\\${found}`)
}

function is(world: World, login: string, owner: string): boolean {
  const [organization = '', slug] = owner.replace(/^@/, '').split('/')
  if (slug === undefined) return organization.toLowerCase() === login.toLowerCase()
  const team = findTeam(world, organization, slug)
  return team !== undefined && isMember(world, team, login)
}
