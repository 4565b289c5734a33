import { describe, expect, test } from '@jest/globals'
import { groupChanges } from '../../src/preview/group-changes.ts'
import { partUnusual } from '../../src/preview/unusual.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { overlayPreview } from '../support/preview-report.ts'

const STAGES = [
  { environment: 'dev', downstream: false },
  { environment: 'prod', downstream: true },
]
const change = (application: string, environment: string, after: Parameters<typeof deployment>[1], gone = false) =>
  overlayPreview(application, environment, {
    before: [deployment('d'), ...(gone ? [configMap('c', {})] : [])],
    after: [deployment('d', after)],
  })
const many = Array.from({ length: 40 }, (_, i) => change(`app-${i}`, 'dev', { replicas: 3 }))
const whys = (...more: ReturnType<typeof change>[]) =>
  partUnusual(groupChanges([...many, ...more]), STAGES).unusual.map(({ group, why }) => [
    group.overlays[0]?.application,
    why,
  ])

describe('beside a change that many overlays have in common', () => {
  test('few are unusual, the most dangerous first', () => {
    expect(
      whys(
        change('other', 'dev', { replicas: 9 }),
        change('image', 'dev', { image: 'x:2' }),
        change('late', 'prod', { replicas: 8 }),
        change('gone', 'dev', { replicas: 7 }, true),
      ),
    ).toEqual([
      ['gone', 'deletes'],
      ['late', 'only in prod'],
      ['image', 'another image'],
      ['other', 'unlike the others'],
    ])
  })

  test('a change in prod of what changes before it, too, is not only in prod', () => {
    expect(whys(change('app-1', 'prod', { replicas: 8 }))).toEqual([['app-1', 'unlike the others']])
  })

  test('what a good part of them shares is as usual', () => {
    const others = Array.from({ length: 3 }, (_, i) => change(`more-${i}`, 'dev', { replicas: 5 }))
    expect(whys(...others)).toEqual([])
    expect(whys(...others.slice(0, 2))).toHaveLength(1)
  })
})

test('among a handful of changes nothing is unusual', () => {
  const few = [change('a', 'dev', { replicas: 3 }), change('b', 'dev', { replicas: 3 }), change('c', 'prod', {}, true)]
  const groups = groupChanges(few)
  expect(partUnusual(groups, STAGES)).toEqual({ unusual: [], usual: groups })
})
