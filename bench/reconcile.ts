import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Contestant, flux, kubectl, lockstep } from './reconcile/contestants.ts'
import { printLoad } from './reconcile/load.ts'
import { type BenchPrograms, ensurePrograms } from './reconcile/programs.ts'
import { type Measured, runSeries } from './reconcile/series.ts'
import { summarise } from './reconcile/summary.ts'
import { printRows } from './reconcile/table.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

const { values: options } = parseArgs({
  options: {
    applications: { type: 'string', default: '250' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
})

const work = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
try {
  const programs = await ensurePrograms(say)
  const rows = summarise(await compare(programs))
  process.stdout.write(`${printRows(rows)}\n`)
  if (options.json) await writeFile(options.json, `${JSON.stringify({ series: rows }, undefined, 2)}\n`)
} finally {
  await rm(work, { recursive: true, force: true })
}

async function compare(programs: BenchPrograms): Promise<Measured[]> {
  const applications = Number(options.applications)
  const files = { first: join(work, 'first.yaml'), changed: join(work, 'changed.yaml') }
  await writeFile(files.first, printLoad({ applications }))
  await writeFile(files.changed, printLoad({ applications, firstTag: '1.0.1' }))
  const contestants: [name: string, cold: boolean, open: (kubeconfig: string) => Contestant][] = [
    ['Flux', false, (kubeconfig) => flux(kubeconfig, programs)],
    ['kubectl', false, (kubeconfig) => kubectl(kubeconfig, programs)],
    ['Lockstep', true, lockstep],
  ]
  const measured: Measured[] = []
  for (let run = 1; run <= Number(options.runs); run++) {
    for (const [name, cold, open] of contestants) {
      say(`run ${run}: ${name}`)
      measured.push(...(await runSeries({ name, user: name.toLowerCase(), open, programs, cold, files })))
    }
  }
  return measured
}
