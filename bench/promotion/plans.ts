import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { openLocalRepository } from '../../src/adapters/git/local-repository.ts'
import { findOverlays } from '../../src/config/layout.ts'
import { loadRepositoryConfig } from '../../src/config/load.ts'
import { readSources } from '../../src/promotion/carry/kustomization-sources.ts'
import { planPromotion } from '../../src/promotion/carry/plan.ts'
import { git } from '../preview/git.ts'
import { applicationName, ENVIRONMENTS, type Environment, overlayPath, repositoryFiles } from './repository.ts'
import { timeOf, timesOf } from './times.ts'

const run = promisify(execFile)
const LOCKSTEP = fileURLToPath(new URL('../../bin/lockstep', import.meta.url))

/** Milliseconds, one of each run. */
export interface PlanTimes {
  /** Every kustomization of the repository by `git cat-file --batch` and the yaml library's `parse`, and nothing else. */
  readonly plainParse: readonly number[]
  /** The engine reads the same from Git: who builds on what, and where each value stands. */
  readonly read: readonly number[]
  /** One plan on what was read. */
  readonly one: readonly number[]
  /** The plan of every application into every environment, on what was read: git is asked for the history of each. */
  readonly allFirst: number
  /** The same at the same commit. */
  readonly all: readonly number[]
  /** `lockstep promote --dry-run --format json` of one application, from start to end. */
  readonly command: readonly number[]
  /** `kustomize build` of the two overlays which that plan compares, one after the other. */
  readonly build: readonly number[]
}

/** A clone in which every environment is one version ahead of the next, so that every plan carries exactly one tag. */
export async function makeClone(directory: string, applications: number): Promise<string> {
  const files = repositoryFiles(applications, tagAhead)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  await git(directory, 'init', '--quiet', '--initial-branch=main')
  await git(directory, 'add', '.')
  await git(directory, 'commit', '--quiet', '--message=Begin')
  return directory
}

export async function measurePlans(
  clone: string,
  applications: number,
  runs: number,
  kustomize: string,
): Promise<PlanTimes> {
  const { mirror } = await openLocalRepository(clone)
  const tip = (await mirror.resolve('HEAD')) ?? ''
  const read = async () => {
    const tree = await mirror.tree(tip)
    const config = await loadRepositoryConfig(tree)
    if (!config) throw new Error('the clone has no configuration')
    const overlays = await findOverlays(config, tree)
    const sources = await readSources(tree, overlays)
    return { config, sources, history: { mirror, tip, overlays, sources, ledger: [] } }
  }
  const { config, sources, history } = await read()
  const plan = async ({ application, from, to }: EdgeName) =>
    checkPlan(to, await planPromotion(sources, { config, history, application, from, to }))
  const all = allEdges(applications)
  const [some] = all.slice(Math.floor(all.length / 2))
  if (!some) throw new Error('there is nothing to plan')
  const planAll = async () => {
    for (const edge of all) await plan(edge)
  }
  const allFirst = await timeOf(planAll)
  return {
    allFirst,
    plainParse: await timesOf(runs, () => plainParse(clone)),
    read: await timesOf(runs, read),
    one: await timesOf(runs, () => plan(some)),
    all: await timesOf(runs, planAll),
    command: await timesOf(runs, () => runCommand(clone, some)),
    build: await timesOf(runs, async () => {
      for (const environment of [some.from, some.to])
        await run(kustomize, ['build', join(clone, overlayPath(some.application, environment))])
    }),
  }
}

interface EdgeName {
  readonly application: string
  readonly from: Environment
  readonly to: Environment
}

function allEdges(applications: number): EdgeName[] {
  const hops = ENVIRONMENTS.flatMap((to, index) => {
    const from = ENVIRONMENTS[index - 1]
    return from ? [{ from, to }] : []
  })
  return Array.from({ length: applications }, (_, number) =>
    hops.map((hop) => ({ application: applicationName(number), ...hop })),
  ).flat()
}

function tagAhead(environment: Environment): string {
  return `1.${ENVIRONMENTS.length - ENVIRONMENTS.indexOf(environment)}.0`
}

interface PlanSeen {
  readonly carried: readonly unknown[]
  readonly files: readonly unknown[]
}

function checkPlan(to: Environment, plan: PlanSeen): void {
  const before = ENVIRONMENTS[ENVIRONMENTS.indexOf(to) - 1]
  const isRight = before && JSON.stringify(plan.carried).includes(`"${tagAhead(before)}"`)
  if (!isRight || plan.carried.length !== 1 || plan.files.length !== 1)
    throw new Error(`a wrong plan into ${to}: ${JSON.stringify(plan)}`)
}

async function runCommand(clone: string, { application, to }: EdgeName): Promise<void> {
  const words = ['promote', '--repo', clone, '--app', application, '--to', to, '--dry-run', '--format', 'json']
  const { stdout } = await run(LOCKSTEP, words)
  checkPlan(to, JSON.parse(stdout) as PlanSeen)
}

/** What any tool has to do that knows every kustomization: the least there is to compare with. */
async function plainParse(clone: string): Promise<void> {
  const paths = (await git(clone, 'ls-tree', '-r', '--name-only', 'HEAD')).split('\n')
  const wanted = paths.filter((path) => path.endsWith('/kustomization.yaml'))
  const script = 'sed "s/^/HEAD:/" "$0" | git cat-file --batch'
  const list = join(clone, '.git', 'kustomizations')
  await writeFile(list, `${wanted.join('\n')}\n`)
  const { stdout } = await run('/bin/sh', ['-c', script, list], { cwd: clone, maxBuffer: 1024 ** 3 })
  const texts = stdout.split(/^[\da-f]{40} blob \d+\n/m).slice(1)
  for (const text of texts) parse(text)
  if (texts.length !== wanted.length) throw new Error(`${texts.length} of ${wanted.length} kustomizations were read`)
}
