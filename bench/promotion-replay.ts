import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openLocalRepository } from '../src/adapters/git/local-repository.ts'
import { parseRepositoryConfig } from '../src/config/parse-repository-config.ts'
import type { RepositoryConfig } from '../src/config/repository-config.ts'
import { printProblem } from '../src/model/errors.ts'
import type { Mirror } from '../src/model/mirror.ts'
import { applicationFiles } from './promotion-replay/application-files.ts'
import { compareFiles } from './promotion-replay/compare-files.ts'
import { findPromotions } from './promotion-replay/find-promotions.ts'
import { addedLines, filesOf } from './promotion-replay/history.ts'
import { lineNotUpstream } from './promotion-replay/line-not-upstream.ts'
import { plainRule } from './promotion-replay/plain-rule.ts'
import { type Promotion, parsePromotions, printPromotion } from './promotion-replay/promotions.ts'
import { replayPromotion } from './promotion-replay/replay-promotion.ts'
import { printMisses, printShares, type Replayed } from './promotion-replay/score.ts'

const USAGE = 'usage: node bench/promotion-replay.ts NAME CLONE [NAME CLONE…] [--only COMMIT | --find SUBJECT]\n'

/**
 * Replays the promotions that a team made in a public repository: Lockstep's plan in the tree before each, against the files that the
 * team's commit has. NAME is a directory of bench/promotion-replay with the layout as `.lockstep.yaml` and the list of promotions; `--find`
 * prints that list anew.
 */
async function main(): Promise<void> {
  const options = { only: { type: 'string' }, find: { type: 'string' } } as const
  const { positionals, values } = parseArgs({ allowPositionals: true, options })
  if (positionals.length === 0 || positionals.length % 2 === 1) throw new Error(USAGE)
  const all: Replayed[] = []
  for (const [at, name] of positionals.entries()) {
    if (at % 2 === 1) continue
    const repository = await openRepository(name, resolve(positionals[at + 1] ?? ''))
    if (values.find !== undefined) process.stdout.write(await printFound(repository, new RegExp(values.find, 'i')))
    else all.push(...(await replayAll(repository, values.only ?? '')))
  }
  if (positionals.length > 2 && values.find === undefined) process.stdout.write(printShares('all', all))
}

interface Repository {
  readonly name: string
  readonly clone: string
  readonly config: RepositoryConfig
  readonly promotions: readonly Promotion[]
  readonly mirror: Mirror
}

async function openRepository(name: string, clone: string): Promise<Repository> {
  const directory = join(import.meta.dirname, 'promotion-replay', name)
  const config = parseRepositoryConfig(await readFile(join(directory, '.lockstep.yaml'), 'utf8'))
  const promotions = parsePromotions(await readFile(join(directory, 'promotions.tsv'), 'utf8'))
  const { mirror } = await openLocalRepository(clone)
  return { name, clone, config, promotions, mirror }
}

async function printFound({ mirror, clone, config, promotions }: Repository, subject: RegExp): Promise<string> {
  const found = await findPromotions(mirror, clone, config, subject)
  const known = new Map(promotions.map(({ commit, because }) => [commit, because]))
  return found.map((each) => printPromotion(each, known.get(each.commit))).join('')
}

async function replayAll({ name, mirror, clone, config, promotions }: Repository, only: string): Promise<Replayed[]> {
  const replayed: Replayed[] = []
  for (const promotion of promotions.filter(({ commit }) => commit.startsWith(only)))
    replayed.push(await replay(mirror, clone, config, promotion))
  process.stdout.write(printMisses(replayed) + printShares(name, replayed))
  return replayed
}

async function replay(
  mirror: Mirror,
  clone: string,
  config: RepositoryConfig,
  promotion: Promotion,
): Promise<Replayed> {
  const { parents, subject } = await mirror.commit(promotion.commit)
  const parent = await mirror.tree(parents[0] ?? '')
  const ours = await replayPromotion(parent, config, promotion)
  const theirs = filesOf(clone, promotion.commit)
  const differences = ours instanceof Error ? ours.problems.map(printProblem) : compareFiles(ours, theirs)
  const paths = await applicationFiles(parent, config, promotion.applications)
  const isPlain = compareFiles(await plainRule(parent, paths, promotion), theirs).length === 0
  const left = await plainRule(await mirror.tree(promotion.commit), paths, promotion)
  const notUpstream = await lineNotUpstream(parent, paths, promotion.from, addedLines(clone, promotion.commit))
  return { promotion, subject, differences, isPlain, isAll: left.size === 0, ...(notUpstream && { notUpstream }) }
}

await main()
