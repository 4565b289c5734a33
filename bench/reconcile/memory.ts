import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { engineProcess } from './contestants.ts'
import { startFresh } from './fresh-cluster.ts'
import { printLoad, sizeOf } from './load.ts'
import { peakMemory, residentMemory } from './process-memory.ts'
import type { BenchPrograms } from './programs.ts'
import { round } from './statistics.ts'

export interface HeldMemory {
  readonly objects: number
  readonly targets: number
  /** Megabytes: the most a process had resident that applied everything and goes on following it. */
  readonly applyingMegabytes: number
  /** The most of one that was started then: it reads everything once, and follows it. */
  readonly holdingMegabytes: number
  /** What that one has resident a few seconds later. */
  readonly restingMegabytes: number
  /** Seconds until it knew the state of every target. */
  readonly knownAfterSeconds: number
}

const APPLICATIONS = 250
const RESTING_MS = 5_000

/** Memory of the engine with so many targets of 1,025 objects each, measured from outside. */
export async function measureHeld(programs: BenchPrograms, directory: string, targets: number): Promise<HeldMemory> {
  await using cluster = await startFresh(programs.controlPlane)
  const loads = Array.from({ length: targets }, (_, index) => `load${index}`)
  for (const name of loads) await writeFile(fileOf(directory, name), printLoad({ applications: APPLICATIONS, name }))
  const applying = engineProcess(cluster.kubeconfig)
  for (const name of loads) await applying.ask(`reconcile ${name} ${fileOf(directory, name)}`)
  await applying.ask('watch')
  const applyingBytes = await peakMemory(applying.pid)
  await applying.end()
  const holding = engineProcess(cluster.kubeconfig)
  for (const name of loads) await holding.ask(`know ${name} ${fileOf(directory, name)}`)
  const { milliseconds } = await holding.ask<{ milliseconds: number }>('watch')
  const holdingBytes = await peakMemory(holding.pid)
  await sleep(RESTING_MS)
  const restingBytes = await residentMemory(holding.pid)
  await holding.end()
  return {
    objects: targets * sizeOf({ applications: APPLICATIONS }),
    targets,
    applyingMegabytes: megabytes(applyingBytes),
    holdingMegabytes: megabytes(holdingBytes),
    restingMegabytes: megabytes(restingBytes),
    knownAfterSeconds: round(milliseconds / 1000, 2),
  }
}

function fileOf(directory: string, name: string): string {
  return join(directory, `${name}.yaml`)
}

function megabytes(bytes = 0): number {
  return round(bytes / 1024 ** 2)
}
