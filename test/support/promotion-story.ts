import type { Comment, PullRequest, Review } from '../../src/model/github.ts'
import { handleCommand } from '../../src/promotion/commands/handle-command.ts'
import { advancePromotions } from '../../src/promotion/pulls/advance-promotions.ts'
import { readState } from '../../src/promotion/state/ledger.ts'
import { overlayYaml, threeEnvironments } from './overlay-repository.ts'
import { APP, type Fate, PromotionWorld } from './promotion-world.ts'

const DEV = 'apps/checkout/overlays/dev/kustomization.yaml'
const STAGING = 'apps/checkout/overlays/staging/kustomization.yaml'
const PROD = 'apps/checkout/overlays/prod/kustomization.yaml'
const TO_STAGING = 'lockstep/promote/staging/checkout'
const MOST_ROUNDS = 80
/** Longer than a request may be under way. */
const BETWEEN_ROUNDS_MS = 61_000

/** How a call goes wrong: `dies` ends the process there; the others are what the adapter then answers or throws. */
export interface Trouble {
  readonly when: 'before' | 'after'
  readonly dies?: true
  readonly answer?: (name: string) => unknown
}

/**
 * A version on its way through all environments, with everything that people do: asked for by a comment, approved, replaced by a newer version,
 * approved again, armed, merged; promoted further by itself; taken back by a comment. Nothing but GitHub, Git and the clusters survives a round:
 * no queue and no process.
 */
export class PromotionStory {
  readonly world: PromotionWorld
  /** Names of all calls so far. */
  readonly calls: string[] = []
  /** Which branches were merged, in their order. */
  readonly merged: string[] = []
  rounds = 0
  readonly #proposal: number

  constructor() {
    const { environments } = threeEnvironments()
    const gates = { ...environments[0]?.gates, approvals: 1, teams: ['acme/sre'], checks: ['ci'] }
    const changed = environments.map((each) => ({
      ...each,
      ...(each.name === 'staging' && { gates: gates as typeof each.gates }),
      ...(each.name === 'prod' && { promote: 'auto' as const }),
    }))
    this.world = new PromotionWorld(['v2', 'v1', 'v1'], { environments: changed })
    this.world.reported.push({ name: 'ci', conclusion: 'success', startedAt: new Date(this.world.now).toISOString() })
    this.world.teams['acme/sre'] = ['bob']
    this.world.git.refs.set('mine', this.world.git.refs.get('main') ?? '')
    this.#proposal = this.world.open({
      head: { ref: 'mine', sha: this.world.git.commitOn('mine', 'mine', []), fork: false },
    }).number
    const merge = this.world.merge.bind(this.world)
    this.world.merge = (number, ...rest) => {
      const sha = merge(number, ...rest)
      this.merged.push(this.world.pulls[number - 1]?.head.ref ?? '')
      return sha
    }
  }

  /** To the end, and two calm rounds. `troubleOf` says what is wrong with a call: its name, and how many there were before it. */
  async tell(troubleOf: (name: string, index: number) => Trouble | undefined = () => undefined): Promise<void> {
    while (!this.isOver() && this.rounds < MOST_ROUNDS) {
      await this.people()
      await this.round(troubleOf)
    }
    for (const _ of [1, 2]) await this.round()
  }

  /** One process: it answers what nobody answered yet, as a sweep would find it, and then looks after promotions. */
  async round(troubleOf: (name: string, index: number) => Trouble | undefined = () => undefined): Promise<void> {
    this.rounds++
    this.world.now += BETWEEN_ROUNDS_MS
    this.world.jobs.splice(0)
    await this.world.settle()
    this.world.greenGates()
    const death = Promise.withResolvers<void>()
    this.world.fateOf = (name) => {
      this.calls.push(name)
      return fateIn(troubleOf(name, this.calls.length - 1), name, death.resolve)
    }
    await Promise.race([this.#work(), death.promise])
    this.world.fateOf = undefined
  }

  async #work(): Promise<void> {
    const ports = this.world.ports(`process ${this.rounds}`)
    for (const comment of this.unanswered()) await settled(handleCommand(ports, this.jobOf(comment)))
    await settled(advancePromotions(ports))
  }

  unanswered(): Comment[] {
    return this.world.comments.filter(({ id, author, body }) => {
      const reactions = this.world.reactions.get(id) ?? []
      return !author.bot && body.startsWith('/') && reactions.every((each) => each === 'eyes')
    })
  }

  jobOf({ id, number, author, body, createdAt }: Comment) {
    return { kind: 'command' as const, repository: this.world.ref, number, comment: { id, author, body, createdAt } }
  }

  /** What people do next, seeing what there is to see. */
  async people(): Promise<void> {
    const { world } = this
    this.#say(this.#proposal, '/promote staging checkout')
    const staging = this.#open(TO_STAGING)
    if (staging && world.git.file(staging.head.sha, STAGING)?.includes('v2')) {
      this.#approve(staging)
      if (!world.git.file('main', DEV)?.includes('v3')) world.push('v3', { [DEV]: overlayYaml('checkout', 'v3') })
    }
    if (staging && world.git.file(staging.head.sha, STAGING)?.includes('v3')) {
      this.#approve(staging)
      const seen = world.runs.some(({ headSha }) => headSha === staging.head.sha)
      if (seen) this.#say(staging.number, '/promote')
    }
    const prod = world.pulls.find(({ head, merged }) => merged && head.ref === 'lockstep/promote/prod/checkout')
    if (prod) this.#say(prod.number, '/rollback prod checkout --reason slow')
  }

  #open(branch: string): PullRequest | undefined {
    return this.world.openPulls().find(({ head }) => head.ref === branch)
  }

  /** Once; again where it was refused. */
  #say(number: number, body: string): void {
    const said = this.world.comments.filter((comment) => comment.number === number && comment.body === body)
    const isRefused = said.every(({ id }) => this.world.reactions.get(id)?.some((each) => each === '-1'))
    if (isRefused) this.world.say(number, 'ana', body)
  }

  #approve({ head }: PullRequest): void {
    const { reviews, now } = this.world
    if (reviews.some(({ commit, state }) => commit === head.sha && state === 'APPROVED')) return
    const review = { id: reviews.length + 1, author: { login: 'bob', bot: false }, commit: head.sha }
    const approval: Review = { ...review, state: 'APPROVED', submittedAt: new Date(now).toISOString() }
    reviews.push(approval)
  }

  isOver(): boolean {
    return this.merged.length === 3 && this.unanswered().length === 0
  }

  /** What is to be seen in the end, however often it was tried. */
  async end() {
    const { world } = this
    world.fateOf = undefined
    const { ledger, claims, locks, holds } = await readState(world.ports())
    const own = world.comments.filter(({ ours }) => ours)
    const asked = world.comments.filter(({ author, body }) => !author.bot && body.startsWith('/'))
    const replies = own.filter(({ body }) => body.includes('<!-- lockstep:reply-'))
    return {
      merged: this.merged,
      pulls: world.pulls.map(({ head, state, merged, author }) => [head.ref, state, merged, author.login === APP]),
      tags: [DEV, STAGING, PROD].map((path) => /newTag: (\w+)/.exec(world.git.file('main', path) ?? '')?.[1]),
      ledger: [...ledger.values()].map(({ kind, to, merged, closed }) => [kind, to, !!merged, !!closed]).sort(),
      left: [claims.size, locks.size, holds.size],
      branches: [...world.git.refs.keys()].sort(),
      unanswered: asked.filter(({ id }) => !world.reactions.get(id)?.some((each) => each !== 'eyes')),
      repliesTooMany: Math.max(0, replies.length - asked.length),
      updates: own.length - replies.length,
      twins: own.length - new Set(own.map(({ number, body }) => `${number} ${body.split('<!-- ').at(-1)}`)).size,
    }
  }
}

function fateIn(trouble: Trouble | undefined, name: string, die: () => void): Fate | undefined {
  if (!trouble) return undefined
  const act = () => {
    if (!trouble.dies) return trouble.answer?.(name)
    die()
    return new Promise<never>(() => undefined)
  }
  return trouble.when === 'before' ? { instead: act } : { afterwards: act }
}

/** A job that throws is tried again by the next round. */
async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Error) || !('kind' in error)) throw error
  })
}
