import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { findOverlays } from '../../../src/config/layout.ts'
import type { CarryRule } from '../../../src/config/repository-config.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { readSources } from '../../../src/promotion/carry/kustomization-sources.ts'
import { type PromotionPlan, planPromotion } from '../../../src/promotion/carry/plan.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const D = 'apps/shop/overlays/dev/kustomization.yaml'
const S = 'apps/shop/overlays/staging/kustomization.yaml'
const CARRY: CarryRule[] = [
  { kind: 'images' },
  { kind: 'charts' },
  { kind: 'path', path: 'commonAnnotations.note' },
  { kind: 'path', path: 'configMapGenerator[name=s].literals' },
  { kind: 'path', path: 'commonLabels' },
]

async function promote(dev: string, staging: string): Promise<PromotionPlan> {
  const config = threeEnvironments({ carry: CARRY })
  const tree = memoryTree({ [D]: dev, [S]: staging })
  const sources = await readSources(tree, await findOverlays(config, tree))
  return planPromotion(sources, { config, application: 'shop', from: 'dev', to: 'staging' })
}

const image = 'images: [{name: a, newTag: v2}]\n'
const literals = 'configMapGenerator: [{name: s, literals: [A=2, B=2, C=2]}]\n'
const labels = 'commonLabels: {tier: web, team: a}\n'
const patch = (text: string) => `patches:\n- patch: ${text}\n`

/** What dev says; what staging says; which file and line are named. */
const unsafe: Record<string, readonly [string, string, string, number]> = {
  'a value that others repeat by an anchor': [image, 'images:\n- name: a\n  newTag: &t v1\nx: *t\n', S, 3],
  'a value written as an alias': [image, 'x: &t v1\nimages:\n- name: a\n  newTag: *t\n', S, 4],
  'an entry that others repeat': [image, 'images:\n- &e\n  name: a\n  newTag: v1\nx: [*e]\n', S, 4],
  'a list behind an alias': [image, 'x: &i\n- name: a\n  newTag: v1\nimages: *i\n', S, 3],
  'an image whose tag may come from a merge key': [image, 'x: &m {newTag: v1}\nimages:\n- <<: *m\n  name: a\n', S, 3],
  'a source whose tag may come from a merge key': [
    'x: &m {newTag: v2}\nimages:\n- name: a\n  <<: *m\n',
    'images:\n- name: a\n  newTag: v1\n',
    D,
    4,
  ],
  'a chart whose version may come from a merge key': [
    'helmCharts: [{name: c, version: 2.0.0}]\n',
    'x: &m {version: 1.0.0}\nhelmCharts:\n- name: c\n  <<: *m\n',
    S,
    4,
  ],
  'a field that may come from a merge key': [
    'commonAnnotations: {note: new}\n',
    'x: &m {note: old}\ncommonAnnotations:\n  <<: *m\n  other: y\n',
    S,
    3,
  ],
  'a value written as a block of text': [image, 'images:\n- name: a\n  newTag: |-\n    v1\n', S, 3],
  'a value written over folded lines': [image, 'images:\n- name: a\n  newTag: >-\n    v1\n', S, 3],
  'a list in brackets over lines, with comments': [
    literals,
    'configMapGenerator:\n- name: s\n  literals: [\n    A=1, # the first\n    B=1,\n  ]\n',
    S,
    4,
  ],
  'a map that others repeat': [labels, 'commonLabels: &l\n  tier: old\nx: *l\n', S, 2],
  'a map with a value that others repeat': [labels, 'commonLabels:\n  tier: &t old\n  team: a\nx: *t\n', S, 2],
  'a source whose value stands for others': [
    'x: &t web\ncommonLabels: {tier: *t}\n',
    'commonLabels:\n  other: old\n',
    D,
    2,
  ],
  'a patch over folded lines': [
    patch('|\n    kind: Job\n    metadata: {name: j}\n    spec: {c: [{name: c, image: a:v2}]}'),
    patch('>\n    kind: Job\n\n    metadata: {name: j}\n\n    spec: {c: [{name: c, image: a:v1}]}\n'),
    S,
    2,
  ],
  'a patch in quotes with escapes': [
    patch('|\n    kind: Job\n    metadata: {name: j}\n    spec: {c: [{name: c, image: a:v2}]}'),
    patch('"kind: Job\\nmetadata: {name: j}\\nspec: {c: [{name: c, image: \\"a:v1\\"}]}"'),
    S,
    2,
  ],
  'two equal keys': [image, 'images:\n- name: a\n  newTag: v1\n  newTag: v1\n', S, 4],
}

describe('what cannot be changed without touching anything else is refused with file and line', () => {
  test.each(Object.entries(unsafe))('%s', async (_, [dev, staging, file, line]) => {
    const error = await promote(dev, staging).then(
      ({ files }) => new Error(`${files[0]?.content} was written`),
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      problems: [
        {
          code: expect.stringMatching(/^(YAML_NOT_EDITABLE|EDIT_NOT_EXACT|YAML_UNREADABLE)$/),
          file,
          line,
          remedy: expect.any(String),
        },
      ],
    })
  })
})

describe('anchors, merge keys and blocks elsewhere stand in nobody’s way', () => {
  test.each([
    ['an anchor on another value', 'x: &t v1\nimages:\n- name: a\n  newTag: v1\ny: *t\n'],
    ['an anchor on a sibling', 'images:\n- name: &n a\n  newTag: v1\nx: *n\n'],
    ['a merge key elsewhere', 'x: &m {a: b}\ny:\n  <<: *m\nimages:\n- name: a\n  newTag: v1\n'],
    ['folded text elsewhere', 'x: >\n  a\n\n  b\nimages:\n- {name: a, newTag: v1}\n'],
    ['brackets over lines with comments', 'images: [\n  {name: a, # one\n   newTag: v1}, # two\n]\n'],
  ])('%s', async (_, staging) => {
    const { files } = await promote(image, staging)
    expect(files).toEqual([{ path: S, content: staging.replace('newTag: v1', 'newTag: v2') }])
    expect(parse(files[0]?.content ?? '', { merge: true })).toMatchObject({ images: [{ newTag: 'v2' }] })
  })
})
