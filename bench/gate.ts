import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PullRequestView } from '../sandbox/demo/github-person.ts'
import { type Stage, setStage } from '../sandbox/demo/stage.ts'
import { everythingRuns } from '../sandbox/demo/story/everything-runs.ts'

const GOALS = { gate: 1.5, result: 3 }
const PULL_REQUESTS = 7
const OVERLAY = 'apps/cart/overlays/dev/kustomization.yaml'
/** What GitHub's pacing asks for between two writes, and none. */
const GAPS_MS = [0, 1_000]

interface Seen {
  /** Seconds after the pull request was opened, which is when its webhook goes out. */
  readonly gate: number
  readonly result: number
  /** One answer of this GitHub, for comparison. */
  readonly roundTrip: number
}

/** `npm run bench:gate`: how soon a pull request of one overlay shows its gate, and its verdict and comment, on the local GitHub. */
async function main(): Promise<void> {
  const results = []
  for (const minimalGapMs of GAPS_MS) {
    const seen = await withStage(minimalGapMs, async (stage) => {
      const all: Seen[] = []
      for (let number = 1; number <= PULL_REQUESTS; number += 1) all.push(await openOne(stage, number))
      return all
    })
    results.push({ minimalGapMs, ...median(seen), goals: GOALS })
  }
  for (const { minimalGapMs, gate, result, roundTrip } of results)
    process.stdout.write(
      `gap ${minimalGapMs} ms: gate ${gate.toFixed(2)} s (≤ ${GOALS.gate}), result ${result.toFixed(2)} s (≤ ${GOALS.result}), ` +
        `${Math.round(gate / roundTrip)} and ${Math.round(result / roundTrip)} answers of this GitHub\n`,
    )
  process.stdout.write(`${JSON.stringify(results)}\n`)
}

async function withStage<T>(minimalGapMs: number, work: (stage: Stage) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  const progress = (line: string) => process.stderr.write(`${line}\n`)
  const stage = await setStage({ directory, progress, minimalGapMs, sweepSeconds: 300 })
  try {
    await everythingRuns.play(stage.scene)
    return await work(stage)
  } finally {
    await stage.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function openOne({ scene: { ana } }: Stage, number: number): Promise<Seen> {
  const tag = `bench-${number}`
  const pull = await ana.propose({
    branch: tag,
    title: tag,
    edit: { [OVERLAY]: (text) => text.replace(/newTag: .*/, `newTag: "${tag}"`) },
  })
  const opened = performance.now()
  const seconds = () => (performance.now() - opened) / 1000
  await ana.pullRequest(pull.number)
  const roundTrip = seconds()
  const gate = await until(async () => ((await ana.check(pull.head.sha, 'lockstep/gate')) ? seconds() : undefined))
  const result = await until(async () => ((await isAnswered(ana, pull)) ? seconds() : undefined))
  return { gate, result, roundTrip }
}

async function isAnswered(ana: Stage['scene']['ana'], pull: PullRequestView): Promise<boolean> {
  const gate = await ana.check(pull.head.sha, 'lockstep/gate')
  return gate?.status === 'completed' && (await ana.comments(pull.number)).length > 0
}

async function until(look: () => Promise<number | undefined>): Promise<number> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(10)
  }
  throw new Error('nothing was to be seen for half a minute')
}

function median(all: readonly Seen[]): Seen {
  const middle = (of: keyof Seen) => all.map((one) => one[of]).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  return { gate: middle('gate'), result: middle('result'), roundTrip: middle('roundTrip') }
}

await main()
