import { expect, test } from '@jest/globals'
import { groupChanges } from '../../src/preview/group-changes.ts'
import { configMap, deployment } from '../support/manifests.ts'
import { overlayPreview } from '../support/preview-report.ts'

const labelled = (name: string, environment: string, disk = 'ssd') =>
  overlayPreview(name, environment, {
    before: [deployment(name)],
    after: [deployment(name, { spec: { nodeSelector: { disk, tier: `${name}-${environment}` } } })],
  })

const sizes = (previews: Parameters<typeof groupChanges>[0]) =>
  groupChanges(previews).map(({ overlays }) => overlays.length)

test('a change that differs only in names of application and environment is one change', () => {
  expect(sizes([labelled('checkout', 'dev'), labelled('search', 'dev'), labelled('search', 'prod')])).toEqual([3])
})

test('a change of another value is another change, the largest group first', () => {
  expect(sizes([labelled('a', 'dev', 'hdd'), labelled('b', 'dev'), labelled('c', 'dev')])).toEqual([2, 1])
})

test('names inside of longer words are no names', () => {
  const image = (name: string, image: string) =>
    overlayPreview(name, 'dev', { before: [deployment('d')], after: [deployment('d', { image })] })
  expect(sizes([image('web', 'webserver:2'), image('app', 'appserver:2')])).toEqual([1, 1])
  expect(sizes([image('web', 'x/web:2'), image('app', 'x/app:2')])).toEqual([2])
})

test('the hash of a generated name and the namespace do not tell changes apart', () => {
  const generated = (environment: string, hash: string) =>
    overlayPreview('web', environment, {
      after: [configMap(`settings-${hash}`, { a: '1' }, { namespace: `ns-${environment}` })],
    })
  expect(sizes([generated('dev', '2456789bcd'), generated('prod', 'fghkmt2456')])).toEqual([1, 1])
  const changed = (environment: string) =>
    overlayPreview('web', environment, {
      before: [configMap('settings-2456789bcd', { a: '1' }, { namespace: `ns-${environment}` })],
      after: [
        configMap(
          `settings-${environment === 'dev' ? 'fghkmt2456' : 'fghkmt2457'}`,
          { a: '2' },
          { namespace: `ns-${environment}` },
        ),
      ],
    })
  expect(sizes([changed('dev'), changed('prod')])).toEqual([2])
})

test('what renders the same is in no group', () => {
  expect(groupChanges([overlayPreview('a', 'dev', { before: [deployment('a')], after: [deployment('a')] })])).toEqual(
    [],
  )
})
