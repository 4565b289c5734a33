import { describe, expect, test } from '@jest/globals'
import { advancePromotions } from '../../../src/promotion/pulls/advance-promotions.ts'
import { readState } from '../../../src/promotion/state/ledger.ts'
import { overlayYaml } from '../../support/overlay-repository.ts'
import { Crash, PromotionWorld } from '../../support/promotion-world.ts'

const DEV = 'apps/checkout/overlays/dev/kustomization.yaml'
const STAGING = 'apps/checkout/overlays/staging/kustomization.yaml'

/** dev runs v2, staging and prod v1; staging renders the same whatever its tag. */
async function world(): Promise<PromotionWorld> {
  const made = new PromotionWorld(['v2', 'v1', 'v1'])
  made.rendersTo = (overlay, file) => (overlay.includes('/staging') ? file.replace(/newTag: \S+|#.*/g, '') : file)
  await made.settle()
  return made
}

const codes = (outcomes: readonly { code: string }[]) => outcomes.map(({ code }) => code)
const hops = async (made: PromotionWorld) => (await readState(made.ports())).hops

describe('a hop after which the same is rendered', () => {
  test('is recorded on the state branch, and no pull request is opened; a second round writes nothing', async () => {
    const made = await world()
    expect(codes(await advancePromotions(made.ports()))).toContain('HOP_RECORDED')
    expect((await hops(made)).get('staging+checkout')).toMatchObject({
      from: 'dev',
      revision: made.git.refs.get('main'),
    })
    expect(made.openPulls().filter(({ head }) => head.ref.includes('/staging/'))).toEqual([])
    await advancePromotions(made.ports())
    const written = made.writes.length
    await advancePromotions(made.ports())
    expect(made.writes.length).toBe(written)
  })

  test('hands its values on: prod, where they are rendered, gets them by a pull request from staging', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    await advancePromotions(made.ports())
    expect(made.openPulls()).toMatchObject([{ title: 'Promote checkout v2 from staging to prod' }])
    expect(made.git.file('main', STAGING)).toContain('newTag: v1')
  })

  test('hands nothing on while staging is not healthy', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    await made.settle(({ environment }) => (environment === 'staging' ? { health: 'Degraded' } : {}))
    expect(codes(await advancePromotions(made.ports()))).toContain('UPSTREAM_NOT_HEALTHY')
    expect(made.openPulls()).toEqual([])
  })

  test('stands no longer once staging renders its tag, or dev goes on', async () => {
    const made = await world()
    await advancePromotions(made.ports())
    delete made.rendersTo
    await made.settle()
    await advancePromotions(made.ports())
    expect(made.openPulls()).toMatchObject([{ title: 'Promote checkout v2 from dev to staging' }])
  })

  test('is recorded once by processes that die anywhere', async () => {
    const calm = await world()
    await advancePromotions(calm.ports())
    for (let call = 1; call <= calm.calls; call++) {
      const made = await world()
      made.crashAt = { call, when: 'after' }
      await advancePromotions(made.ports()).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error
      })
      await advancePromotions(made.ports())
      await advancePromotions(made.ports())
      expect([call, (await hops(made)).size, made.pulls.length]).toEqual([call, 1, 1])
    }
  })
})

describe('an upstream that was edited without anything to carry', () => {
  const edit = async (made: PromotionWorld, text: string) => {
    made.push('edit', { [DEV]: `${overlayYaml('checkout', 'v2')}${text}` })
    await made.settle()
  }

  async function promoted(): Promise<PromotionWorld> {
    const made = new PromotionWorld(['v2', 'v1', 'v1'])
    await made.settle()
    await advancePromotions(made.ports())
    made.merge(1)
    await made.settle()
    await advancePromotions(made.ports())
    expect((await hops(made)).size).toBe(0)
    return made
  }

  test('is recorded as a hop after its last promotion, again after each edit, and never by itself', async () => {
    const made = await promoted()
    await edit(made, '# why\n')
    await advancePromotions(made.ports())
    const first = (await hops(made)).get('staging+checkout')
    expect(first).toMatchObject({ from: 'dev', revision: made.git.refs.get('main') })
    await advancePromotions(made.ports())
    expect((await hops(made)).get('staging+checkout')).toEqual(first)
    await edit(made, '# why not\n')
    await advancePromotions(made.ports())
    expect((await hops(made)).get('staging+checkout')?.upstream).not.toBe(first?.upstream)
  })

  test('is not recorded while upstream does not run it', async () => {
    const made = await promoted()
    await edit(made, 'namePrefix: x-\n')
    await made.settle(({ environment }) => (environment === 'dev' ? { renderDigest: 'before' } : {}))
    await advancePromotions(made.ports())
    expect((await hops(made)).size).toBe(0)
  })
})
