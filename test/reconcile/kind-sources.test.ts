import { describe, expect, test } from '@jest/globals'
import type { Target } from '../../src/model/target.ts'
import { kindSources, lackOf } from '../../src/reconcile/desired/kind-sources.ts'
import { customResourceDefinition } from '../support/kubernetes-objects.ts'
import { configMap, manifest } from '../support/manifests.ts'

const WEB: Target = { application: 'web', environment: 'prod', cluster: 'prod' }
const DATABASE = { ...WEB, application: 'database' }
const PLATFORM = { ...DATABASE, environment: 'platform' }
const api = manifest({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1.example.dev' },
  spec: { group: 'example.dev', version: 'v1' },
})
const definition = manifest(customResourceDefinition('Widget'))
const group = kindSources([definition])[0]?.group ?? ''
const widget = { group, version: 'v1', kind: 'Widget', name: 'w' }
const served = { ...widget, group: 'example.dev', kind: 'Anything' }

describe('where a kind that the cluster lacks comes from', () => {
  test('is told by definitions and APIServices alone', () => {
    expect(kindSources([configMap('a', {}), definition, api]).map(({ object }) => object)).toEqual([
      expect.stringMatching(/^CustomResourceDefinition\/widgets/),
      'APIService/v1.example.dev',
    ])
  })

  test('its own APIService cannot serve it in the same commit', () => {
    const lack = lackOf(served, kindSources([api]), WEB, {})
    expect(lack?.why).toContain('APIService/v1.example.dev of the same overlay serves it only once its backend runs')
    expect(lack?.remedy).toMatch(/application of its own.*`order: \{ web: \[THAT-APPLICATION\] \}`/)
  })

  test.each([
    ['another application, which is to come first', DATABASE, {}, '`order: { web: [database] }`'],
    [
      'one more application than those that come first',
      DATABASE,
      { web: ['cache'] },
      '`order: { web: [cache, database] }`',
    ],
    ['an application that comes first already', DATABASE, { web: ['database'] }, 'Look whether database/prod/prod is'],
    ['another environment of the cluster', PLATFORM, {}, 'Look whether database/platform/prod is'],
  ])('%s', (_, target, order, words) => {
    const lack = lackOf(widget, kindSources([definition], target), WEB, order)
    expect(lack?.why).toContain(`is in the overlay of database/${target.environment}/prod`)
    expect(lack?.remedy).toContain(words)
  })

  test('the same environment counts before another, and the overlay itself before both', () => {
    const elsewhere = [...kindSources([definition], PLATFORM), ...kindSources([definition], DATABASE)]
    expect(lackOf(widget, elsewhere, WEB, {})?.why).toContain('database/prod/prod')
    expect(lackOf(served, [...kindSources([api], DATABASE), ...kindSources([api])], WEB, {})?.why).toContain(
      'same overlay',
    )
  })

  test.each([
    ['another kind of the group of a definition', { ...widget, kind: 'Gadget' }, definition],
    ['the kind in another group', { ...widget, group: 'other.dev' }, definition],
    ['another version than an APIService serves', { ...served, version: 'v2' }, api],
  ])('is not known for %s', (_, key, source) => expect(lackOf(key, kindSources([source]), WEB, {})).toBeUndefined())
})
