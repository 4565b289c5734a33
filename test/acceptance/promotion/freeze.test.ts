import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { eventually } from '../../support/eventually.ts'
import type { Body } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { version } from '../../support/promotion-scene.ts'
import { reportHealth } from '../../support/report-health.ts'

const MINUTE = 60_000
/** Enough to open promotions and judge them. */
const SOON = 27_000
jest.setTimeout(5 * MINUTE)

const APPLICATIONS = ['checkout', 'search']

/** A promotion of each application to prod is due. */
function files(freeze: string): Record<string, string> {
  const config = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: staging, cluster: staging }
  - { name: prod, after: [staging], cluster: prod, freeze: [${freeze}] }
carry: [{ files: [version.yaml] }]
drift: { pullRequests: warn }
`
  const overlays = APPLICATIONS.flatMap((application) =>
    [
      ['staging', 'v2'],
      ['prod', 'v1'],
    ].flatMap(([environment, text = '']) => [
      [`apps/${application}/overlays/${environment}/kustomization.yaml`, 'resources: [version.yaml]\n'],
      [`apps/${application}/overlays/${environment}/version.yaml`, version(text)],
    ]),
  )
  return { '.lockstep.yaml': config, ...Object.fromEntries(overlays) }
}

let lockstep: LockstepScene
/** How far GitHub's clock is from this machine's. */
let ahead = 0
beforeAll(async () => {
  lockstep = await openLockstep({}, undefined, { clock: () => new Date(Date.now() + ahead) })
})
afterAll(() => lockstep?.close())

/** Without waiting for the queue to be empty: it may know of a time to come. */
async function opened(freeze: string): Promise<{ repository: string; pulls: Body[] }> {
  const repository = await lockstep.repository({ from: [{ message: 'Begin', files: files(freeze) }], private: true })
  await reportHealth(lockstep, repository)
  await lockstep.services.queue.add({ kind: 'promotions', repository: lockstep.ref(repository) })
  const pulls = await eventually(
    async () => {
      const { body } = await lockstep.scene.bob.get(`${repository}/pulls`)
      return body.length === APPLICATIONS.length && (body as Body[])
    },
    () => 'the promotions',
    MINUTE,
  )
  return { repository, pulls }
}

async function why(repository: string, number: number): Promise<string> {
  await lockstep.scene.bob.post(`${repository}/issues/${number}/comments`, { body: '/why' })
  await lockstep.idle()
  const { body } = await lockstep.scene.bob.get(`${repository}/issues/${number}/comments`)
  return body.find((each: Body) => each.body.includes('lockstep:reply-gates-shown'))?.body ?? ''
}

describe('a freeze', () => {
  test.each([
    ['2099-03-28 09:00', '2099-03-28 08:00 UTC', 'Sat 2099-03-28 09:00 Europe/Berlin (UTC+01:00)'],
    ['2099-03-29 09:00', '2099-03-29 07:00 UTC', 'Sun 2099-03-29 09:00 Europe/Berlin (UTC+02:00)'],
    ['2099-03-29 02:30', '2099-03-29 01:00 UTC', 'Sun 2099-03-29 03:00 Europe/Berlin (UTC+02:00)'],
    ['2099-10-25 02:30', '2099-10-25 01:30 UTC', 'Sun 2099-10-25 02:30 Europe/Berlin (UTC+01:00)'],
  ])('until %s in Berlin keeps prod shut until %s, clocks changing before or not', async (to, utc, spoken) => {
    const { repository, pulls } = await opened(
      `{ from: "2020-01-01 00:00", to: "${to}", timezone: Europe/Berlin, reason: audit }`,
    )
    const [pull] = pulls
    const gate = await lockstep.gate(repository, pull.head.sha)
    expect(gate.conclusion).toBe('action_required')
    expect(gate.output.summary.replaceAll('\\', '')).toContain(`opens ${utc}`)
    const told = await why(repository, pull.number)
    expect(told).toContain('FROZEN')
    expect(told).toContain(`It can go on ${spoken} at the earliest, if people have done their part by then`)
    await lockstep.retire(repository)
  })

  test('turns the green gate of each open promotion red when it begins, though nothing else happens', async () => {
    const now = Date.now()
    ahead = MINUTE - SOON - (now % MINUTE)
    const from = new Date(now + ahead + SOON).toISOString().slice(0, 16).replace('T', ' ')
    const { repository, pulls } = await opened(
      `{ from: "${from}", to: "2099-01-01 00:00", timezone: UTC, reason: audit }`,
    )
    for (const { head } of pulls) expect((await lockstep.gate(repository, head.sha)).conclusion).toBe('success')
    for (const { head } of pulls) {
      const red = await eventually(
        async () => {
          const gate = (await lockstep.checks(repository, head.sha)).get('lockstep/gate')
          return gate?.conclusion === 'action_required' && gate
        },
        () => 'a red gate',
        MINUTE,
      )
      expect(red.output.summary).toContain('FROZEN')
    }
    await lockstep.retire(repository)
    ahead = 0
  })
})
