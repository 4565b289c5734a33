import { expect, test } from '@jest/globals'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import { overlayYaml, threeEnvironments } from '../../support/overlay-repository.ts'
import { PromotionWorld } from '../../support/promotion-world.ts'

const fileOf = (application: string, environment: string) =>
  `apps/${application}/overlays/${environment}/kustomization.yaml`

/** What an application's way from dev to staging is like, when nothing is to be done about it. */
const SORTS = ['equal', 'upstream-unhealthy', 'closed-by-a-person', 'merged', 'no-op'] as const

/** Calls to GitHub of a round that changes nothing, over two open promotions and this many further applications of each sort. */
async function quietRound(each: number, promotions: 'latest' | 'every'): Promise<{ calls: number; writes: number }> {
  const { environments } = threeEnvironments()
  const made = new PromotionWorld(['v2', 'v1', 'v1'], {
    environments: environments.map((one) => ({ ...one, promotions })),
  })
  made.push('cart', { [fileOf('cart', 'dev')]: overlayYaml('cart', 'c2') })
  for (const sort of SORTS)
    for (let i = 0; i < each; i++)
      made.push(
        sort,
        Object.fromEntries(
          ['dev', 'staging', 'prod'].map((name) => {
            const isNewer = name === 'dev' && sort !== 'equal'
            return [fileOf(`${sort}-${i}`, name), overlayYaml(`${sort}-${i}`, isNewer ? 'v2' : 'v1')]
          }),
        ),
      )
  made.rendersTo = (overlay, file) => (overlay.includes('/no-op-') ? 'the same' : file)
  const settle = () =>
    made.settle(({ application }) => (application.startsWith('upstream-unhealthy') ? { health: 'Degraded' } : {}))
  const round = async () => {
    await settle()
    await advancePromotions(made.ports())
  }
  const into = (sort: string) => made.openPulls().filter(({ head }) => head.ref.includes(`/staging/${sort}-`))
  await round()
  for (const { number } of into('closed-by-a-person')) made.change(number, { state: 'closed' })
  for (const { number } of into('merged')) made.merge(number)
  await round()
  for (const { number, head } of made.openPulls()) if (head.ref.includes('/prod/')) made.merge(number)
  await round()
  await round()
  expect(made.openPulls()).toHaveLength(2)
  const { calls, writes } = made
  const written = writes.length
  await round()
  expect((await readState(made.ports())).hops.size).toBeGreaterThanOrEqual(each)
  return { calls: made.calls - calls, writes: writes.length - written }
}

test.each([
  'latest',
  'every',
] as const)('a round with nothing to do asks GitHub as often for 50 applications as for 5 (promotions: %s)', async (promotions) => {
  const [few, many] = [await quietRound(1, promotions), await quietRound(10, promotions)]
  expect(many).toEqual(few)
  expect(few.writes).toBe(0)
})
