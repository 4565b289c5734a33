import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Contestant, flux, kubectl, lockstep, lockstepCommand } from './contestants.ts'
import { middleOf, printLoad } from './load.ts'
import { cloneOf } from './one-file.ts'
import type { BenchPrograms } from './programs.ts'
import { type LoadFiles, type Measured, runSeries } from './series.ts'

export interface ComparisonOptions {
  readonly programs: BenchPrograms
  /** An empty folder. */
  readonly directory: string
  readonly applications: number
  readonly runs: number
  readonly say: (line: string) => void
}

interface Entrant {
  readonly name: string
  readonly user: string
  readonly cold: boolean
  open(kubeconfig: string): Contestant
}

const FIRST_LOOK = 5

/** Everybody's series, run after run. */
export async function compare(options: ComparisonOptions): Promise<Measured[]> {
  const { programs, directory, applications, runs, say } = options
  const load = await writeLoad(directory, applications)
  const clone = await cloneOf(join(directory, 'clone'), 'load', load.first)
  const entrants = entrantsOf(programs, clone)
  const series = ({ name, user, cold, open }: Entrant, files: LoadFiles) =>
    runSeries({ name, user, cold, open, programs, load: files })
  say('warming up: what Node makes of the sources is kept from a first run on')
  const small = await writeLoad(directory, FIRST_LOOK)
  for (const entrant of entrants) await series(entrant, small)
  const measured: Measured[] = []
  for (let run = 1; run <= runs; run++) {
    for (const entrant of entrants) {
      say(`run ${run} of ${runs}: ${entrant.name}`)
      measured.push(...(await series(entrant, load)))
    }
  }
  return measured
}

function entrantsOf(programs: BenchPrograms, clone: string): Entrant[] {
  return [
    { name: 'Flux', user: 'flux', cold: false, open: (kubeconfig) => flux(kubeconfig, programs) },
    { name: 'kubectl', user: 'kubectl', cold: false, open: (kubeconfig) => kubectl(kubeconfig, programs) },
    { name: 'Lockstep', user: 'lockstep', cold: true, open: lockstep },
    {
      name: 'lockstep reconcile',
      user: 'lockstep',
      cold: false,
      open: (kubeconfig) => lockstepCommand(kubeconfig, clone),
    },
  ]
}

async function writeLoad(directory: string, applications: number): Promise<LoadFiles> {
  const first = join(directory, `first-${applications}.yaml`)
  const changed = join(directory, `changed-${applications}.yaml`)
  await writeFile(first, printLoad({ applications }))
  await writeFile(changed, printLoad({ applications, tag: '1.0.1' }))
  return { first, changed, middle: middleOf({ applications }) }
}
