import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare } from './reconcile/comparison.ts'
import { measureDrift } from './reconcile/drift-latency.ts'
import { measureHeld } from './reconcile/memory.ts'
import { measureMttp } from './reconcile/mttp.ts'
import { ensurePrograms } from './reconcile/programs.ts'
import { summarise } from './reconcile/summary.ts'
import { printRows } from './reconcile/table.ts'
import { printDrift, printMemory, printMttp } from './reconcile/verdicts.ts'

const PARTS = ['engines', 'drift', 'targets', 'memory'] as const

const say = (line: string) => process.stderr.write(`${line}\n`)
const tell = (text: string) => process.stdout.write(`${text}\n\n`)

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    applications: { type: 'string', default: '250' },
    runs: { type: 'string', default: '3' },
    targets: { type: 'string', default: '1000' },
    writes: { type: 'string', default: '200' },
    held: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
})

/** `npm run bench:reconcile [PART…]`: the engine beside Flux's library and kubectl, and what it does with many targets. */
async function main(wanted: ReadonlySet<string>, work: string): Promise<object> {
  const programs = await ensurePrograms(say)
  const folder = async (name: string) => {
    await mkdir(join(work, name))
    return join(work, name)
  }
  const [applications, runs, targets, writes, held] = [
    Number(options.applications),
    Number(options.runs),
    Number(options.targets),
    Number(options.writes),
    Number(options.held),
  ]
  const series = wanted.has('engines')
    ? await compare({ programs, directory: await folder('engines'), applications, runs, say })
    : []
  const rows = summarise(series)
  if (rows.length > 0) tell(printRows(rows))
  const drift = []
  for (const busy of wanted.has('drift') ? [false, true] : []) {
    const many = busy ? targets : Math.min(targets, applications)
    say(`drift: ${writes} writes to ${many} targets${busy ? ' while they are reconciled' : ''}`)
    const directory = await folder(busy ? 'drift-busy' : 'drift')
    drift.push({ busy, ...(await measureDrift({ programs, directory, targets: many, writes, busy })) })
  }
  if (drift.length > 0) tell(printDrift(drift))
  if (wanted.has('targets')) say(`${targets} targets in one push`)
  const mttp = wanted.has('targets')
    ? await measureMttp({ programs, directory: await folder('targets') }, targets)
    : undefined
  if (mttp) tell(printMttp(mttp))
  if (wanted.has('memory')) say(`memory: ${held} targets of 1,025 objects`)
  const memory = wanted.has('memory') ? await measureHeld(programs, await folder('memory'), held) : undefined
  if (memory || rows.length > 0) tell(printMemory(rows, memory))
  return { engines: rows, runs: series, drift, targets: mttp, memory }
}

const unknown = positionals.find((name) => !PARTS.some((part) => part === name))
if (unknown !== undefined) {
  say(`there is no part "${unknown}"; there are ${PARTS.join(', ')}`)
  process.exit(2)
}
const work = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
try {
  const results = await main(new Set(positionals.length > 0 ? positionals : PARTS), work)
  if (options.json) await writeFile(options.json, `${JSON.stringify(results, undefined, 2)}\n`)
} finally {
  await rm(work, { recursive: true, force: true })
}
