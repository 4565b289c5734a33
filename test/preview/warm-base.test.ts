import { describe, expect, test } from '@jest/globals'
import { warmBase } from '../../src/preview/warm-base.ts'
import { BASE, previewWorld, shopFiles } from '../support/preview-world.ts'

const OVERLAYS = ['checkout', 'search'].flatMap((app) => ['dev', 'prod'].map((env) => `apps/${app}/overlays/${env}`))
const still = new AbortController().signal
const broken = (word: string) => ({ 'apps/search/overlays/dev/deployment.yaml': `${word}\n` })

/** The default branch has these files now. */
function worldWith(files: Readonly<Record<string, string>>) {
  const { mirror, renderer } = previewWorld({})
  mirror.commit(BASE, files, 'refs/heads/main')
  const ports = { mirror: mirror.port(), repository: { defaultBranch: async () => 'main' }, renderer }
  return { ports, renderer }
}

describe('when the default branch moves', () => {
  test('every overlay of its tip is rendered once', async () => {
    const { ports, renderer } = worldWith(shopFiles())
    const outcome = await warmBase(ports, still)
    expect(renderer.rendered.toSorted()).toEqual(OVERLAYS)
    expect(outcome).toMatchObject({ decision: 'done', code: 'BASE_WARMED', details: { overlays: 4, broken: 0 } })
  })

  test('one that does not render keeps none from it', async () => {
    const { ports, renderer } = worldWith(shopFiles(broken('BROKEN')))
    const outcome = await warmBase(ports, still)
    expect(renderer.rendered).toHaveLength(4)
    expect(outcome.details).toMatchObject({ overlays: 4, broken: 1 })
  })

  test('it is tried again later where something is out of reach', async () => {
    const { ports } = worldWith(shopFiles(broken('UNREACHABLE')))
    await expect(warmBase(ports, still)).rejects.toThrow('KUSTOMIZE_MISSING')
  })

  test('there is nothing to do without a configuration, or with one that cannot be used', async () => {
    const without = worldWith({ 'README.md': 'shop\n' })
    const unusable = worldWith(shopFiles({ '.lockstep.yaml': 'version: 99\n' }))
    for (const { ports, renderer } of [without, unusable]) {
      expect(await warmBase(ports, still)).toMatchObject({ decision: 'nothing', code: 'BASE_WARMED' })
      expect(renderer.rendered).toEqual([])
    }
  })

  test('it stops when a newer push takes its place', async () => {
    const { ports, renderer } = worldWith(shopFiles())
    const controller = new AbortController()
    controller.abort(new Error('superseded'))
    await expect(warmBase(ports, controller.signal)).rejects.toThrow('superseded')
    expect(renderer.rendered).toEqual([])
  })
})
