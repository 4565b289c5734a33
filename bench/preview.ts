import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LockstepRuns } from './preview/lockstep.ts'
import { renderers } from './preview/renderers.ts'
import { type Result, type Row, rowsOf, table } from './preview/report.ts'
import { CHANGES, type Change, makeRepository } from './preview/repository.ts'
import { measureToday } from './preview/today.ts'

/** At most these parts of the time that the same change takes today. */
const GOALS = { cold: 0.25, warm: 0.13, again: 0.02, oneOverlay: 0.02, binaryCold: 1 }

const say = (line: string) => process.stderr.write(`${line}\n`)

/** `npm run bench:preview [CHANGE…]`: what a pull request's preview costs, beside what teams use today. */
async function main(names: readonly string[]): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  try {
    const builders = await renderers(say)
    say('Making a repository of 200 applications in 3 environments')
    const repository = join(work, 'repository')
    await makeRepository(repository)
    // What Node makes of the sources is kept from a command's first run on.
    await new LockstepRuns(repository, join(work, 'first'), builders.resident).diff('main')
    const rows: Row[] = []
    for (const change of CHANGES.filter(({ branch }) => names.length === 0 || names.includes(branch))) {
      rows.push(...(await measureChange(change, repository, join(work, change.branch), builders)))
    }
    process.stdout.write(`${table(rows)}\n${JSON.stringify(rows)}\n`)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function measureChange(
  change: Change,
  repository: string,
  work: string,
  { kustomize, resident, binary }: Awaited<ReturnType<typeof renderers>>,
): Promise<Row[]> {
  const { branch } = change
  const small = change.overlays === 1
  say(`${branch}: as today`)
  const today: Result = {
    change: branch,
    way: 'today',
    measured: await measureToday(repository, branch, kustomize, work),
  }
  say(`${branch}: Lockstep`)
  const cold = new LockstepRuns(repository, join(work, 'cold'), resident)
  const warm = new LockstepRuns(repository, join(work, 'warm'), resident)
  const alone = new LockstepRuns(repository, join(work, 'alone'), binary)
  const results: Result[] = [
    { change: branch, way: 'cold', measured: await cold.diff(branch), goal: small ? GOALS.oneOverlay : GOALS.cold },
    { change: branch, way: 're-run', measured: await cold.diff(branch), goal: GOALS.again },
  ]
  await warm.warmBase()
  results.push({
    change: branch,
    way: 'base warm',
    measured: await warm.diff(branch),
    goal: small ? GOALS.oneOverlay : GOALS.warm,
  })
  results.push({
    change: branch,
    way: 'cold, binary alone',
    measured: await alone.diff(branch),
    goal: GOALS.binaryCold,
  })
  for (const { way, measured } of [today, ...results]) {
    if (measured.overlays !== change.overlays)
      throw new Error(`${branch}, ${way}: ${measured.overlays} overlays shown, not ${change.overlays}`)
  }
  return rowsOf(today, results)
}

await main(process.argv.slice(2))
