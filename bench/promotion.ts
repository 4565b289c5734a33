import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureKustomize } from '../sandbox/kustomize/ensure-kustomize.ts'
import { cacheDirectory } from '../src/adapters/kustomize/cache-directory.ts'
import { measureSize, type SizeFigures } from './promotion/one-size.ts'
import { total } from './promotion/sweeps.ts'
import { printCalls, printSizes } from './promotion/table.ts'

const SMALL = 50

/** How many calls more there may be because looks that are one elsewhere did not meet. Ten times the applications would be far more. */
const TWINS = 1.3

const say = (line: string) => process.stderr.write(`${line}\n`)

const { values: options } = parseArgs({
  options: {
    apps: { type: 'string', default: '500' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
})

/** `npm run bench:promotion`: plans, sweeps and promotions of a small and of a large repository. */
async function main(work: string, apps: number, runs: number): Promise<readonly SizeFigures[]> {
  const kustomize = await ensureKustomize({ cache: cacheDirectory(), progress: say })
  process.env.KUSTOMIZE_BIN ??= kustomize
  const sizes: SizeFigures[] = []
  for (const applications of [Math.min(SMALL, apps), apps])
    sizes.push(await measureSize({ applications, runs, directory: join(work, `of-${applications}`), kustomize, say }))
  return sizes
}

/** Why the sweeps are wrong: their calls grow with the applications. Empty where they do not. */
function growingCalls([small, large]: readonly SizeFigures[]): string[] {
  return [0, 1].flatMap((index) => {
    const [few, many] = [small?.sweeps[index], large?.sweeps[index]]
    if (!few || !many || few.pullRequests !== many.pullRequests) return ['the sweeps met other pull requests']
    const [before, after] = [few.calls.map(total), many.calls.map(total)]
    const isMore = Math.min(...after) > Math.max(...before) * (few.pullRequests > 0 ? TWINS : 1)
    return isMore
      ? [`with ${few.pullRequests} open, sweeps make ${before} calls in the small and ${after} in the large`]
      : []
  })
}

const [apps, runs] = [Number(options.apps), Number(options.runs)]
if (!(Number.isInteger(apps) && Number.isInteger(runs) && runs > 0 && apps > 2 * runs)) {
  say('--apps and --runs are whole numbers, and there are more than two applications for each run')
  process.exit(2)
}
const work = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
try {
  const sizes = await main(work, apps, runs)
  process.stdout.write(`${printSizes(sizes)}\n\n${printCalls(sizes)}\n`)
  if (options.json) await writeFile(options.json, `${JSON.stringify(sizes, undefined, 2)}\n`)
  for (const wrong of growingCalls(sizes)) {
    say(wrong)
    process.exitCode = 1
  }
} finally {
  await rm(work, { recursive: true, force: true })
}
