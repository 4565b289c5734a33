import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureKustomize } from '../sandbox/kustomize/ensure-kustomize.ts'
import { openLocalRepository } from '../src/adapters/git/local-repository.ts'
import { cacheDirectory } from '../src/adapters/kustomize/cache-directory.ts'
import { createKustomizeRenderer } from '../src/adapters/kustomize/renderer.ts'
import { findOverlays } from '../src/config/layout.ts'
import { parseRepositoryConfig } from '../src/config/parse-repository-config.ts'
import { LockstepError } from '../src/model/errors.ts'
import { KUSTOMIZATION_NAMES } from '../src/model/kustomization/parse-kustomization.ts'
import type { Renderer } from '../src/model/renderer.ts'
import type { Overlay } from '../src/model/target.ts'
import type { Tree } from '../src/model/tree.ts'
import { affectedOverlays, type Side } from '../src/preview/affected-overlays.ts'
import { lastCommits } from './replay/clone.ts'
import type { Sides } from './replay/compare.ts'
import { Tally } from './replay/tally.ts'
import { type Built, Truth } from './replay/truth.ts'

const USAGE = 'usage: node bench/replay.ts CLONE [--commits N] [--tip REF] [--config FILE]\n'
const say = (line: string) => process.stderr.write(`${line}\n`)

/** One commit as both sides see it: Lockstep through the clone's objects, the truth through files on disk. */
interface Moment {
  readonly side: Side
  readonly built: ReadonlyMap<string, Built>
}

/**
 * Replays the last commits of a repository, each as if it were a pull request into the one before: which overlays Lockstep takes for
 * affected and what it renders of them, against plain builds of everything on both sides. With a `.lockstep.yaml` the overlays are those it
 * finds, without one every kustomization. Prints JSON.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      commits: { type: 'string', default: '200' },
      tip: { type: 'string', default: 'HEAD' },
      config: { type: 'string' },
    },
  })
  const [clone] = positionals
  if (clone === undefined) throw new Error(USAGE)
  const work = await mkdtemp(join(tmpdir(), 'lockstep-replay-'))
  try {
    const binary = await ensureKustomize({ cache: cacheDirectory(), progress: say })
    const overlaysOf = await overlayFinder(values.config)
    const truth = new Truth(resolve(clone), binary, join(work, 'tree'))
    const commits = lastCommits(resolve(clone), Number(values.commits), values.tip)
    const { mirror } = await openLocalRepository(resolve(clone))
    const renderer = createKustomizeRenderer({ binary, cache: { memoryBytes: 256 * 1024 ** 2 } })
    const at = async (commit: string): Promise<Moment> => {
      const tree = await mirror.tree(commit)
      const overlays = await overlaysOf(tree)
      const directories = overlays.map(({ path }) => path)
      return { side: { tree, overlays }, built: await truth.at(commit, directories) }
    }
    process.stdout.write(`${JSON.stringify(await replay(commits, at, renderer), null, 2)}\n`)
    say(`${truth.builds} plain builds`)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function replay(
  commits: readonly string[],
  at: (commit: string) => Promise<Moment>,
  renderer: Renderer,
): Promise<Tally> {
  const tally = new Tally()
  let before: Moment | undefined
  for (const commit of commits) {
    const after = await at(commit)
    // The first has nothing before it; there, and at the last, every overlay's bytes are compared.
    const affected = before ? await affectedOverlays(before.side, after.side) : []
    if (before) tally.add(commit, bothSides(before, after), affected)
    const all = !before || commit === commits.at(-1)
    const paths = all
      ? [...after.built.keys()]
      : affected.filter(({ inHead }) => inHead).map(({ overlay }) => overlay.path)
    for (const path of paths) await compareBytes({ commit, path, moment: after, renderer, tally })
    say(
      `${commit.slice(0, 8)}: ${affected.length} affected, ${tally.tooMany.length} too many and ${tally.missed.length} missed so far`,
    )
    before = after
  }
  return tally
}

function bothSides(before: Moment, after: Moment): Map<string, Sides> {
  const paths = new Set([...before.built.keys(), ...after.built.keys()])
  return new Map([...paths].map((path) => [path, { before: before.built.get(path), after: after.built.get(path) }]))
}

interface Bytes {
  readonly commit: string
  readonly path: string
  readonly moment: Moment
  readonly renderer: Renderer
  readonly tally: Tally
}

async function compareBytes({ commit, path, moment, renderer, tally }: Bytes): Promise<void> {
  const built = moment.built.get(path)
  const ours = await renderer.render(moment.side.tree, path).catch((error) => {
    if (error instanceof LockstepError) return error
    throw error
  })
  tally.addRender({ commit, directory: path }, built, ours)
}

async function overlayFinder(file: string | undefined): Promise<(tree: Tree) => Promise<Overlay[]>> {
  if (file === undefined) return everyKustomization
  const config = parseRepositoryConfig(await readFile(file, 'utf8'), file)
  return (tree) => findOverlays(config, tree)
}

/** Outside the root: a build of the root would hold everything. */
async function everyKustomization(tree: Tree): Promise<Overlay[]> {
  const names = new Set<string>(KUSTOMIZATION_NAMES)
  const files = [...(await tree.entries()).keys()].filter((path) => names.has(posix.basename(path)))
  const paths = [...new Set(files.map((path) => posix.dirname(path)))].filter((path) => path !== '.').sort()
  return paths.map((path) => ({ application: path, environment: 'all', path }))
}

await main()
