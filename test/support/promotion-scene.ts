import { parse } from 'yaml'
import type { Rule } from '../../sandbox/github/state/ruleset.ts'
import { eventually } from './eventually.ts'
import type { Body } from './local-github.ts'
import type { LockstepScene } from './lockstep-scene.ts'
import { objectText } from './preview-world.ts'
import { playRound } from './report-health.ts'

export const version = (text: string) => objectText('ConfigMap', 'v1', 'version', `{ version: ${text} }`)

/** Applications with a version in each environment, carried as a whole; `environments` is YAML below `environments:`. */
export function versionFiles(
  environments: string,
  applications: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Record<string, string> {
  const config = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
${environments}
carry: [{ files: [version.yaml] }]
drift: { pullRequests: warn }
`
  const overlays = Object.entries(applications).flatMap(([application, versions]) =>
    Object.entries(versions).flatMap(([environment, text]) => {
      const overlay = `apps/${application}/overlays/${environment}`
      return [
        [`${overlay}/kustomization.yaml`, 'resources: [version.yaml]\n'],
        [`${overlay}/version.yaml`, version(text)],
      ]
    }),
  )
  return Object.fromEntries([['.lockstep.yaml', config], ...overlays])
}

/** A ruleset of the default branch that Lockstep itself may bypass, as the owners may: what it obeys it obeys of its own accord. */
export function rulesOfMain(lockstep: LockstepScene, rules: readonly Rule[]) {
  const id = lockstep.scene.github.app('lockstep').id
  return {
    name: 'main',
    enforcement: 'active' as const,
    bypass_actors: [
      { actor_id: id, actor_type: 'Integration' as const, bypass_mode: 'always' as const },
      { actor_id: 1, actor_type: 'OrganizationAdmin' as const, bypass_mode: 'always' as const },
    ],
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules,
  }
}

/** What one repository shows of its promotions. */
export class PromotionScene {
  readonly #lockstep: LockstepScene
  readonly repository: string

  constructor(lockstep: LockstepScene, repository: string) {
    this.#lockstep = lockstep
    this.repository = repository
  }

  /** Every cluster is healthy with what main says; all that comes of it is awaited. */
  round(): Promise<void> {
    return playRound(this.#lockstep, this.repository)
  }

  /** All pull requests from this branch, oldest first. */
  async pulls(branch: string): Promise<Body[]> {
    const { body } = await this.#lockstep.scene.bob.get(`${this.repository}/pulls?state=all&per_page=100`)
    return body.filter(({ head }: Body) => head.ref === branch).toSorted((a: Body, b: Body) => a.number - b.number)
  }

  /** The only one there ever was, as it is read alone: with `merged`. */
  async onlyPull(branch: string): Promise<Body> {
    const found = await this.pulls(branch)
    if (found.length !== 1) throw new Error(`${found.length} pull requests from ${branch}`)
    return (await this.#lockstep.scene.bob.get(`${this.repository}/pulls/${found[0].number}`)).body
  }

  async file(path: string, ref = 'main'): Promise<string | undefined> {
    const { status, body } = await this.#lockstep.scene.bob.get(`${this.repository}/contents/${path}?ref=${ref}`)
    return status === 200 ? Buffer.from(body.content, 'base64').toString() : undefined
  }

  async state(path: string): Promise<Body | undefined> {
    const text = await this.file(path, 'lockstep/state')
    return text === undefined ? undefined : parse(text)
  }

  async green({ head }: Body): Promise<Body> {
    return this.#lockstep.gate(this.repository, head.sha, ({ conclusion }) => conclusion === 'success')
  }

  async approve(who: 'ann' | 'bob', { number, head }: Body): Promise<void> {
    const review = { event: 'APPROVE', commit_id: head.sha }
    await this.#lockstep.scene[who].post(`${this.repository}/pulls/${number}/reviews`, review)
    await this.#lockstep.idle()
  }

  /** What CI says of a commit. */
  async report(sha: string, state: 'success' | 'failure', context = 'ci'): Promise<void> {
    await this.#lockstep.scene.bob.post(`${this.repository}/statuses/${sha}`, { state, context })
    await this.#lockstep.idle()
  }

  /** In a second of GitHub's that is later than everything before. */
  async say(number: number, body: string): Promise<void> {
    const now = Math.floor(Date.now() / 1000)
    await eventually(async () => Math.floor(Date.now() / 1000) > now)
    await this.#lockstep.scene.bob.post(`${this.repository}/issues/${number}/comments`, { body })
    await this.#lockstep.idle()
  }

  /** Why rounds left it unmerged, newest last. */
  waits(): string[] {
    return this.#lockstep.logged.filter(({ job }) => job?.startsWith('promotions-')).map(({ code }) => code ?? '')
  }
}
