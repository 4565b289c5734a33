import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { LockstepError } from '../../../src/model/errors.ts'
import type { Edit } from '../../../src/promotion/edit/edit.ts'
import { editYaml } from '../../../src/promotion/edit/kustomization-edit.ts'

const FILE = 'apps/checkout/overlays/prod/kustomization.yaml'
const tagAt = (index = 0): Edit => ({
  kind: 'set',
  place: { document: 0, path: ['images', index, 'newTag'] },
  value: 'v2',
})

/** Each holds the tag `v1` once; the edit may replace those two letters and nothing else. */
const styles: Record<string, string> = {
  'dashes at the margin': 'resources:\n- ../../base\nimages:\n- name: shop\n  newTag: v1\n',
  'indented dashes': 'resources:\n  - ../../base\nimages:\n  - name: shop\n    newTag: v1\n',
  'four spaces': 'images:\n    - name: shop\n      newTag: v1\nreplicas:\n    - name: shop\n      count: 5\n',
  'odd block indent': 'images:\n   -   name: shop\n       newTag: v1\n',
  'single quotes': "images:\n- name: 'shop'\n  newTag: 'v1'\n",
  'double quotes': 'images:\n- name: "shop"\n  newTag: "v1"\n',
  'flow map': 'images:\n- {name: shop, newTag: v1}\n',
  'flow list without spaces': 'images: [{name: shop,newTag: v1}]\n',
  'padded flow': 'images: [ { name: shop, newTag: v1 } ]\n',
  'flow over lines': 'images: [\n  {name: shop,\n   newTag: v1,\n  },\n]\n',
  JSON: '{\n  "images": [\n    {"name": "shop", "newTag": "v1"}\n  ]\n}\n',
  'aligned comments': 'images:\n- name: shop    # the shop\n  newTag: v1     # keep aligned\n  # after\n',
  CRLF: 'images:\r\n- name: shop\r\n  newTag: v1\r\nresources:\r\n- a.yaml\r\n',
  'byte order mark': '\ufeffimages:\n- name: shop\n  newTag: v1\n',
  'no final newline': 'images:\n- name: shop\n  newTag: v1',
  'blank lines and document marker': '---\n\n\nimages:\n\n- name: shop\n\n  newTag: v1\n\n\n',
  'tag first': 'images:\n- newTag: v1\n  name: shop\n',
  'long lines and folded text elsewhere': `commonAnnotations:\n  text: >\n    ${'word '.repeat(40)}\n    more\nimages:\n- name: shop\n  newTag: v1\n`,
  'anchors elsewhere': 'x: &a {b: c}\ny: *a\nimages:\n- name: shop\n  newTag: v1\n',
  'more keys after it': 'images:\n- name: shop\n  newTag: v1\n  newName: r.io/shop\nnamespace: prod\n',
  'end marker and trailing comment': 'images:\n- name: shop\n  newTag: v1\n...\n# the end\n',
  'key in quotes': 'images:\n- "name": shop\n  "newTag" :   v1\n',
}

describe('replacing a value', () => {
  test.each(Object.entries(styles))('%s: nothing but its characters changes', (_, text) => {
    expect(editYaml(text, FILE, [tagAt()])).toBe(text.replace('v1', 'v2'))
  })

  test.each(Object.entries(styles))('%s: any text comes back as that text, and the rest stays', (_, text) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        const edited = editYaml(text, FILE, [{ ...tagAt(), value } as Edit])
        const [before = '', after = ''] = text.split('v1')
        expect(edited.startsWith(before.replace(/["']$/, ''))).toBe(true)
        expect(edited.endsWith(after.replace(/^["']/, ''))).toBe(true)
        expect(parse(edited.replace('\ufeff', '')).images[0].newTag).toBe(value)
      }),
      { numRuns: 30 },
    )
  })

  test.each([
    '1.20',
    'on',
    'true',
    'y',
    '1e3',
    '12e03',
    '0x10',
    '007',
    '1_000',
    '20261121001',
    'null',
    '~',
    '1:30',
    '2026-11-21',
  ])('a tag %s is quoted, because some reader of YAML would not take it as text', (value) => {
    const edited = editYaml(styles['dashes at the margin'] ?? '', FILE, [{ ...tagAt(), value } as Edit])
    expect(edited).toContain(`newTag: "${value}"\n`)
  })

  test('a tag that stood there unquoted as a number is replaced by what was meant', () => {
    expect(editYaml('images:\n- name: a\n  newTag: 1.20\n', FILE, [tagAt()])).toBe('images:\n- name: a\n  newTag: v2\n')
  })
})

describe('refusing what cannot be edited alone, with file and line', () => {
  test.each([
    ['an anchored value', 'images:\n- name: shop\n  newTag: &t v1\nx: *t\n', 3],
    ['an alias', 't: &t v1\nimages:\n- name: shop\n  newTag: *t\n', 4],
    ['a list behind an alias', 'x: &i\n- {name: shop, newTag: v1}\nimages: *i\n', 2],
    ['an entry that others repeat', 'images:\n- &e\n  name: shop\n  newTag: v1\nx: *e\n', 4],
    ['a block of text', 'images:\n- name: shop\n  newTag: |-\n    v1\n', 3],
    ['a map in place of a value', 'images:\n- name: shop\n  newTag: {a: b}\n', 3],
  ])('%s', (_, text, line) => {
    const refusal = refusalOf(() => editYaml(text, FILE, [tagAt()]))
    expect(refusal.problems[0]).toMatchObject({
      file: FILE,
      line,
      code: expect.stringMatching(/^YAML_NOT_EDITABLE|EDIT_NOT_EXACT$/),
    })
  })

  test.each([
    ['two equal keys', 'images: []\nimages: []\n'],
    ['broken syntax', 'images: [\n'],
    ['a file over a megabyte', `# ${'x'.repeat(1_048_576)}\n`],
  ])('%s', (_, text) => {
    expect(refusalOf(() => editYaml(text, FILE, [tagAt()])).code).toBe('YAML_UNREADABLE')
  })
})

const newImage: Edit = {
  kind: 'add-item',
  place: { document: 0, path: ['images'] },
  item: { name: 'cart', newTag: '1.20' },
}

describe('adding an image that is not there yet, in the style of the file', () => {
  test.each([
    [
      'dashes at the margin',
      'images:\n- name: shop\n  newTag: v1\nnamespace: x\n',
      'images:\n- name: shop\n  newTag: v1\n- name: cart\n  newTag: "1.20"\nnamespace: x\n',
    ],
    [
      'indented dashes',
      'images:\n  - name: shop\n    newTag: v1 # c\n',
      'images:\n  - name: shop\n    newTag: v1 # c\n  - name: cart\n    newTag: "1.20"\n',
    ],
    ['wide dashes', 'images:\n-   name: shop\n', 'images:\n-   name: shop\n-   name: cart\n    newTag: "1.20"\n'],
    ['flow', 'images: [{name: shop}]\n', 'images: [{name: shop}, {name: cart, newTag: "1.20"}]\n'],
    ['an empty flow list', 'images: []\n', 'images: [{name: cart, newTag: "1.20"}]\n'],
    [
      'a key without value',
      'images:\nresources:\n  - a\n',
      'images:\n  - name: cart\n    newTag: "1.20"\nresources:\n  - a\n',
    ],
    ['no list, margin', 'resources:\n- a\n', 'resources:\n- a\nimages:\n- name: cart\n  newTag: "1.20"\n'],
    [
      'no list, indented',
      'resources:\n  - a\n# end\n',
      'resources:\n  - a\nimages:\n  - name: cart\n    newTag: "1.20"\n# end\n',
    ],
    [
      'no list, after a literal block',
      'patches:\n- patch: |\n    a: b\n',
      'patches:\n- patch: |\n    a: b\nimages:\n- name: cart\n  newTag: "1.20"\n',
    ],
    ['no list, JSON', '{"resources": ["a"]}', '{"resources": ["a"], images: [{name: cart, newTag: "1.20"}]}'],
    ['CRLF', 'images:\r\n- name: shop\r\n', 'images:\r\n- name: shop\r\n- name: cart\r\n  newTag: "1.20"\r\n'],
    ['no final newline', 'images:\n- name: shop', 'images:\n- name: shop\n- name: cart\n  newTag: "1.20"'],
    [
      'byte order mark',
      '\ufeffimages:\n- name: shop\n',
      '\ufeffimages:\n- name: shop\n- name: cart\n  newTag: "1.20"\n',
    ],
  ])('%s', (_, text, expected) => {
    expect(editYaml(text, FILE, [newImage])).toBe(expected)
  })
})

describe('adding and removing a key of an entry', () => {
  const add: Edit = { kind: 'add-key', place: { document: 0, path: ['images', 0] }, key: 'digest', value: 'sha256:ab' }
  const remove: Edit = { kind: 'remove-key', place: { document: 0, path: ['images', 0] }, key: 'newTag' }
  test.each([
    [
      'block',
      'images:\n  - name: shop # n\n    newTag: v1 # t\n# z\n',
      'images:\n  - name: shop # n\n    newTag: v1 # t\n    digest: sha256:ab\n# z\n',
      'images:\n  - name: shop # n\n# z\n',
    ],
    [
      'tag first',
      'images:\n- newTag: v1\n  name: shop\n',
      'images:\n- newTag: v1\n  name: shop\n  digest: sha256:ab\n',
      'images:\n- name: shop\n',
    ],
    [
      'flow',
      'images: [{name: shop, newTag: v1}]\n',
      'images: [{name: shop, newTag: v1, digest: sha256:ab}]\n',
      'images: [{name: shop}]\n',
    ],
    [
      'flow, tag first',
      'images: [{newTag: v1, name: shop}]\n',
      'images: [{newTag: v1, name: shop, digest: sha256:ab}]\n',
      'images: [{name: shop}]\n',
    ],
    [
      'CRLF',
      'images:\r\n- name: shop\r\n  newTag: v1\r\n',
      'images:\r\n- name: shop\r\n  newTag: v1\r\n  digest: sha256:ab\r\n',
      'images:\r\n- name: shop\r\n',
    ],
  ])('%s', (_, text, added, removed) => {
    expect(editYaml(text, FILE, [add])).toBe(added)
    expect(editYaml(text, FILE, [remove])).toBe(removed)
  })

  test.each([
    ['one of two', 'images:\n- name: a\n  newTag: v1\n# b\n- name: b\n', 'images:\n# b\n- name: b\n'],
    ['the last one, and its list with it', 'images:\n- name: a\n  newTag: v1\nresources: [x]\n', 'resources: [x]\n'],
    ['flow', 'images: [{name: a}, {name: b}]\n', 'images: [{name: b}]\n'],
  ])('removing an entry: %s', (_, text, expected) => {
    expect(editYaml(text, FILE, [{ kind: 'remove-item', place: { document: 0, path: ['images', 0] } }])).toBe(expected)
  })
})

describe('editing an inline patch', () => {
  const path = ['spec', 'template', 'spec', 'containers', 0, 'image']
  const edit = (value: string): Edit => ({
    kind: 'set',
    place: { document: 0, path: ['patches', 0, 'patch'], inline: { document: 0, path } },
    value,
  })
  const patch = (indent: string, eol = '\n') =>
    [
      'patches:',
      '- patch: |-',
      ...[
        'kind: Deployment',
        'metadata: {name: shop}',
        'spec:',
        '  template:',
        '    spec:',
        '      containers:',
        '      - name: shop # c',
        '        image: r.io/shop:v1 # pinned',
      ].map((line) => indent + line),
      '  target: {kind: Deployment}',
      '',
    ].join(eol)

  test.each([
    ['four spaces', patch('    ')],
    ['six spaces', patch('      ')],
    ['CRLF', patch('    ', '\r\n')],
  ])('%s: only the image changes', (_, text) => {
    expect(editYaml(text, FILE, [edit('r.io/shop:v2')])).toBe(text.replace('shop:v1', 'shop:v2'))
  })

  test('a folded or quoted patch is refused with its line', () => {
    for (const header of ['>-', '|-\n    # x\n'].slice(0, 1)) {
      const refusal = refusalOf(() => editYaml(patch('    ').replace('|-', header), FILE, [edit('v2')]))
      expect(refusal.problems[0]).toMatchObject({ file: FILE })
    }
    const quoted = 'patches:\n- patch: "spec: {template: {spec: {containers: [{\\"image\\": v1}]}}}"\n'
    expect(refusalOf(() => editYaml(quoted, FILE, [edit('v2')])).problems[0]).toMatchObject({
      code: 'YAML_NOT_EDITABLE',
      line: 2,
    })
  })
})

function refusalOf(run: () => unknown): LockstepError {
  try {
    run()
  } catch (error) {
    if (error instanceof LockstepError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
