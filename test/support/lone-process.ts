import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMirror } from '../../src/adapters/git/mirror.ts'
import { createGitHub } from '../../src/adapters/github/create-github.ts'
import { UNPACED } from '../../src/adapters/github/pacing.ts'
import { findOverlays, targetsOf } from '../../src/config/layout.ts'
import { loadRepositoryConfig } from '../../src/config/load.ts'
import type { GitHub, RepositoryRef } from '../../src/model/github.ts'
import type { Mirror } from '../../src/model/mirror.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import type { PromotionPorts } from '../../src/promotion/ports.ts'
import { testFingerprint } from './preview-world.ts'
import { renderFiles } from './render-files.ts'

/** What becomes of one request to GitHub: `undefined` lets it through. */
export type RequestFate = (request: { readonly method: string; readonly path: string; readonly body: string }) =>
  | {
      readonly answer: number
    }
  | 'lost'
  | 'killed before'
  | 'killed after'
  | undefined

/** Who the App is, and where its GitHub stands. */
export interface AppAt {
  readonly appId: number
  readonly privateKey: string
  readonly baseUrl: string
  readonly ref: RepositoryRef
}

/** A process without queue, server or memory: GitHub, Git and what clusters say are all that it has. */
export class LoneProcess {
  readonly github: GitHub
  readonly ports: PromotionPorts

  private constructor(github: GitHub, ports: PromotionPorts) {
    this.github = github
    this.ports = ports
  }

  /** Every cluster is healthy with what main says. `fateOf` is asked before each request. */
  static async start(app: AppAt, mirror: Mirror, fateOf: RequestFate = () => undefined): Promise<LoneProcess> {
    const fetch = fetchWith(fateOf)
    const { appId, privateKey, baseUrl } = app
    // Waiting is not what is tested.
    const clock = { now: () => Date.now(), sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 1)) }
    const github = createGitHub({ appId, privateKey, baseUrl, pacing: UNPACED, clock, fetch })
    const renderer = renderFiles()
    const list = () => healthy(mirror, github)
    return new LoneProcess(github, {
      repository: github.repository(app.ref),
      mirror,
      renderer,
      statusBoard: { list },
      queue: { add: async () => undefined },
      monitoring: { measure: async () => ({ kind: 'unknown', why: 'nobody measures here' }) },
      fingerprint: testFingerprint,
      clock: () => github.now(),
      loadConfig: loadRepositoryConfig,
      process: crypto.randomUUID(),
      app: 'lockstep[bot]',
    })
  }
}

/** A mirror that a process finds on its disk. */
export async function mirrorOf(app: AppAt): Promise<{ mirror: Mirror; remove: () => Promise<void> }> {
  // A new token each time: GitHub's clock goes as tests please.
  const access = () => createGitHub({ ...app, pacing: UNPACED }).gitAccess(app.ref)
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-lone-'))
  const { url } = await access()
  const mirror = await openMirror({ directory: join(directory, 'mirror.git'), url, access })
  return { mirror, remove: () => rm(directory, { recursive: true, force: true }) }
}

async function healthy(mirror: Mirror, github: GitHub): Promise<TargetStatus[]> {
  const revision = (await mirror.resolve('refs/heads/main')) ?? ''
  const tree = await mirror.tree(revision)
  const config = await loadRepositoryConfig(tree)
  if (!config) return []
  const now = github.now().getTime()
  const renderer = renderFiles()
  return Promise.all(
    targetsOf(config, await findOverlays(config, tree)).map(async ({ target, overlay }) => ({
      target,
      revision,
      renderDigest: (await renderer.render(tree, overlay.path)).digest,
      sync: 'Synced' as const,
      health: 'Healthy' as const,
      healthySince: new Date(now - 3_600_000).toISOString(),
      drift: [],
      problems: [],
      observedAt: new Date(now).toISOString(),
    })),
  )
}

/** Nothing of a killed process reaches GitHub any more. It is told so, because libraries share what is under way with the next one. */
function fetchWith(fateOf: RequestFate): typeof globalThis.fetch {
  let dead = false
  const kill = (): never => {
    dead = true
    throw new TypeError('fetch failed')
  }
  return async (input, init) => {
    if (dead) return kill()
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const fate = fateOf({ method: init?.method ?? 'GET', path: pathname, body: String(init?.body ?? '') })
    if (fate === 'killed before') return kill()
    if (typeof fate === 'object')
      return Response.json({ message: 'as a test wants it' }, { status: fate.answer, headers: { date: '' } })
    const answer = await globalThis.fetch(input, init)
    if (fate === 'killed after') return kill()
    if (fate === 'lost') throw new TypeError('fetch failed')
    return answer
  }
}
