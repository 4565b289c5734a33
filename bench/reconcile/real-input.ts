import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { printProblem } from '../../src/model/errors.ts'
import { targetId } from '../../src/model/target.ts'
import { startFresh } from './fresh-cluster.ts'
import { ensurePrograms } from './programs.ts'
import { volumeBody } from './real-input/definitions.ts'
import { leftOver } from './real-input/left-over.ts'
import { PRESETS } from './real-input/presets.ts'
import { RealRepository } from './real-input/repository.ts'
import { stillTampered, tamper } from './real-input/tamper.ts'
import { versions } from './real-input/upstream.ts'
import { Worker } from './worker.ts'
import type { Synced } from './worker-process.ts'

const HEALTHY_SECONDS = 300
const HEALED_SECONDS = 60
const GONE_SECONDS = 180
const SHOWN = 10

const say = (line: string) => process.stdout.write(`${line}\n`)

/** `node bench/reconcile/real-input.ts PRESET CLONE`: a public repository on a real control plane with controllers, from first apply to removal. */
async function main(name: string, clone: string, work: string): Promise<boolean> {
  const preset = PRESETS[name]
  if (!preset || !clone)
    throw new Error(`usage: node bench/reconcile/real-input.ts ${Object.keys(PRESETS).join('|')} CLONE`)
  const { newer, older } = await versions(resolve(clone), preset.tags, preset.back)
  const programs = await ensurePrograms(say)
  await using cluster = await startFresh(programs.controlPlane, true)
  for (const body of preset.volumes.map((storage, index) => volumeBody(index, storage)))
    await cluster.foreign.create(body, { fieldManager: 'bench' })
  const repository = new RealRepository(join(work, 'repository'), preset, resolve(clone))
  await repository.init()
  const data = join(work, 'data')
  await mkdir(data)
  await using worker = await Worker.start({ kubeconfig: cluster.kubeconfig, repository: repository.directory, data })
  const healthy = async (what: string, ref: string) =>
    report(`${what} ${ref}`, await worker.healthy(await repository.deploy(ref), repository.targets, HEALTHY_SECONDS))
  const steps = [await healthy('first', older), await healthy('upgrade to', newer)]
  const done = await tamper(cluster.foreign)
  steps.push(list(`heal ${done.length} objects`, await stillTampered(done, HEALED_SECONDS)))
  steps.push(await healthy('downgrade to', older))
  await repository.remove()
  await worker.dispatch()
  const gone = await leftOver(cluster.foreign, GONE_SECONDS)
  steps.push(list('remove', gone.left))
  say(`stays, because it holds data or other objects: ${gone.protected.join(', ') || 'nothing'}`)
  return steps.every(Boolean)
}

function report(what: string, { milliseconds, others }: Synced): boolean {
  say(`${what}: ${others.length === 0 ? 'healthy' : 'NOT healthy'} after ${(milliseconds / 1000).toFixed(1)} s`)
  for (const { target, sync, health, problems } of others) {
    say(`  ${targetId(target)} is ${sync}, ${health}`)
    for (const problem of problems) say(`    ${printProblem(problem)}`)
  }
  return others.length === 0
}

/** Long lists are cut: what matters is that there is something. */
function list(what: string, left: readonly string[]): boolean {
  say(`${what}: ${left.length === 0 ? 'done' : `NOT done, ${left.length} left`}`)
  for (const one of left.slice(0, SHOWN)) say(`  ${one}`)
  if (left.length > SHOWN) say(`  and ${left.length - SHOWN} more`)
  return left.length === 0
}

const work = await mkdtemp(join(tmpdir(), 'lockstep-real-'))
try {
  const [name = '', clone = ''] = process.argv.slice(2)
  process.exitCode = (await main(name, clone, work)) ? 0 : 1
} finally {
  await rm(work, { recursive: true, force: true })
}
