import { describe, expect, jest, test } from '@jest/globals'
import type { Body } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { PromotionScene, version, versionFiles } from '../../support/promotion-scene.ts'

jest.setTimeout(120_000)
const STAGING = 'lockstep/promote/staging/checkout'
const PROD = 'lockstep/promote/prod/checkout'
const ENVIRONMENTS = `  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging }
  - { name: prod, after: [staging], cluster: prod, promote: auto }`
const EVENTS = ['push', 'pull_request', 'issue_comment', 'check_run', 'check_suite', 'create', 'delete']
const MANY = 60

/** How webhooks come from now on, and what is done between steps so that they come at all. */
const WAYS: Readonly<Record<string, (lockstep: LockstepScene) => () => Promise<void>>> = {
  twice: ({ scene: { github } }) => {
    for (const event of EVENTS) for (let i = 0; i < MANY; i++) github.switches.nextDelivery(event, 'duplicate')
    return async () => undefined
  },
  'late, in another order': ({ scene: { github } }) => {
    github.switches.holdDeliveries()
    return async () => {
      github.switches.releaseDeliveries((held) => [...held.slice(held.length / 2), ...held].toReversed())
      github.switches.holdDeliveries()
    }
  },
  never: (lockstep) => {
    for (const event of EVENTS)
      for (let i = 0; i < MANY; i++) lockstep.scene.github.switches.nextDelivery(event, 'drop')
    return () => lockstep.sweep()
  },
}

describe('webhooks that come', () => {
  test.each(
    Object.keys(WAYS),
  )('%s: one pull request an environment, one answer, merged in their order', async (way) => {
    const lockstep = await openLockstep()
    const files = versionFiles(ENVIRONMENTS, { checkout: { dev: 'v2', staging: 'v1', prod: 'v1' } })
    const repository = await lockstep.repository({ from: [{ message: 'Begin', files }], private: true })
    const between = WAYS[way]?.(lockstep) ?? (async () => undefined)
    const scene = new PromotionScene(lockstep, repository)
    const round = async () => {
      await between()
      await scene.round()
    }
    try {
      for (const _ of [1, 2]) await round()
      const staging = await scene.onlyPull(STAGING)
      await scene.green(staging)
      await scene.say(staging.number, '/promote')
      for (let i = 0; i < 6; i++) await round()
      for (const branch of [STAGING, PROD]) expect(await scene.onlyPull(branch)).toMatchObject({ merged: true })
      expect((await scene.onlyPull(PROD)).number).toBeGreaterThan(staging.number)
      for (const environment of ['staging', 'prod'])
        expect(await scene.file(`apps/checkout/overlays/${environment}/version.yaml`)).toBe(version('v2'))
      const { body: comments } = await lockstep.scene.bob.get(`${repository}/issues/${staging.number}/comments`)
      const own = comments.filter(({ user }: Body) => user.login === 'lockstep[bot]').map(({ body }: Body) => body)
      expect(own.filter((text: string) => text.includes('PROMOTION_ARMED'))).toHaveLength(1)
      const topics = own.map((text: string) => /<!-- lockstep:([\w-]+)/.exec(text)?.[1])
      expect(new Set(topics).size).toBe(topics.length)
    } finally {
      await lockstep.close()
    }
  })
})
