import { describe, expect, test } from '@jest/globals'
import { overlayInputs } from '../../../src/model/kustomization/inputs.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { treeWithLinks } from '../../support/tree-with-links.ts'

const OVERLAY = 'prod/kustomization.yaml'
const inputsOf = async (files: Record<string, string>, links: Record<string, string> = {}) =>
  overlayInputs(treeWithLinks({ 'unrelated/file.yaml': 'x', ...files }, links), 'prod')

describe('an overlay’s inputs are the files its build reads', () => {
  test.each<[string, string, string[]]>([
    ['resources', 'resources: [a.yaml, sub/b.yaml]', ['prod/a.yaml', 'prod/sub/b.yaml']],
    ['the old bases', 'bases: [../base]', ['base/kustomization.yaml']],
    ['components', 'components: [../base]', ['base/kustomization.yaml']],
    ['patches by path', 'patches: [{path: a.yaml, target: {kind: X}}]', ['prod/a.yaml']],
    ['patches in place', 'patches: [{patch: "path: a.yaml"}]', []],
    ['patchesJson6902', 'patchesJson6902: [{path: a.yaml}]', ['prod/a.yaml']],
    ['patchesStrategicMerge by path', 'patchesStrategicMerge: [a.yaml]', ['prod/a.yaml']],
    ['patchesStrategicMerge in place', 'patchesStrategicMerge: ["kind: a.yaml"]', []],
    [
      'generator files, with and without key',
      'configMapGenerator: [{files: [a.yaml, k=sub/b.yaml]}]',
      ['prod/a.yaml', 'prod/sub/b.yaml'],
    ],
    ['generator envs', 'secretGenerator: [{envs: [a.yaml], env: sub/b.yaml}]', ['prod/a.yaml', 'prod/sub/b.yaml']],
    ['generator literals', 'configMapGenerator: [{literals: [a=a.yaml]}]', []],
    ['replacements', 'replacements: [{path: a.yaml}, {source: {kind: X}}]', ['prod/a.yaml']],
    [
      'crds, configurations, openapi',
      'crds: [a.yaml]\nconfigurations: [sub/b.yaml]\nopenapi: {path: c.yaml}',
      ['prod/a.yaml', 'prod/c.yaml', 'prod/sub/b.yaml'],
    ],
    ['plugins in files, and their files', 'generators: [g.yaml]', ['prod/a.yaml', 'prod/g.yaml', 'prod/sub/b.yaml']],
    [
      'plugins in place',
      'transformers: ["{apiVersion: builtin, kind: PatchTransformer, path: a.yaml}"]',
      ['prod/a.yaml'],
    ],
    ['validators', 'validators: [t.yaml]', ['prod/a.yaml', 'prod/c.yaml', 'prod/sub/b.yaml', 'prod/t.yaml']],
    ['field names in another case', 'RESOURCES: [a.yaml]\nreſources: [c.yaml]', ['prod/a.yaml', 'prod/c.yaml']],
    ['repeated fields', 'resources: [a.yaml]\nresources: [c.yaml]', ['prod/a.yaml', 'prod/c.yaml']],
    [
      'aliases and merge keys',
      'crds: &x [a.yaml]\nresources: *x\nopenapi: {<<: {path: c.yaml}}',
      ['prod/a.yaml', 'prod/c.yaml'],
    ],
    ['a base through a path that goes up and down', 'resources: [../prod/../base/.]', ['base/kustomization.yaml']],
    ['the first document only', 'resources: [a.yaml]\n---\nresources: [c.yaml]', ['prod/a.yaml']],
  ])('%s', async (_case, kustomization, expected) => {
    const { files, problems } = await inputsOf({
      [OVERLAY]: kustomization,
      'prod/a.yaml': 'a',
      'prod/sub/b.yaml': 'b',
      'prod/c.yaml': 'c',
      'prod/g.yaml': '{apiVersion: builtin, kind: ConfigMapGenerator, files: [k=a.yaml], envs: [sub/b.yaml]}',
      'prod/t.yaml': `apiVersion: builtin\nkind: PatchStrategicMergeTransformer\npaths: [a.yaml, "kind: inline"]
---\n{apiVersion: builtin, kind: ReplacementTransformer, replacements: [{path: sub/b.yaml}]}
---\n{apiVersion: builtin, kind: PatchJson6902Transformer, path: c.yaml}`,
      'base/kustomization.yaml': 'namePrefix: x-',
    })
    expect(problems).toEqual([])
    expect(files).toEqual([...expected, OVERLAY].sort())
  })

  test('bases of bases, each once', async () => {
    const { files } = await inputsOf({
      [OVERLAY]: 'resources: [../left, ../right]',
      'left/kustomization.yml': 'resources: [../base]',
      'right/Kustomization': 'resources: [../base]',
      'base/kustomization.yaml': 'resources: [a.yaml]',
      'base/a.yaml': 'a',
    })
    expect(files).toEqual([
      'base/a.yaml',
      'base/kustomization.yaml',
      'left/kustomization.yml',
      OVERLAY,
      'right/Kustomization',
    ])
  })

  test('links and what they lead to', async () => {
    const { files, problems } = await inputsOf(
      {
        [OVERLAY]: 'resources: [../linked, l.yaml]',
        'base/kustomization.yaml': 'resources: [a.yaml]',
        'base/a.yaml': '',
        'prod/deep/x.yaml': '',
      },
      { linked: 'hop', hop: './base', 'prod/l.yaml': 'deep/../deep/x.yaml' },
    )
    expect(problems).toEqual([])
    expect(files).toEqual([
      'base/a.yaml',
      'base/kustomization.yaml',
      'hop',
      'linked',
      'prod/deep/x.yaml',
      OVERLAY,
      'prod/l.yaml',
    ])
  })

  const plugin = '{apiVersion: builtin, kind: PatchTransformer, path: a.yaml}'

  test('what plugins from a directory read, seen from the kustomization that uses them', async () => {
    const { files, problems } = await inputsOf({
      [OVERLAY]: 'transformers: [../plugins]',
      'prod/a.yaml': 'a',
      'plugins/kustomization.yaml': 'resources: [p.yaml, ../more]',
      'plugins/p.yaml': plugin,
      'more/kustomization.yaml': 'kind: Kustomization\nresources: [m.yaml]',
      'more/m.yaml': '{apiVersion: builtin, kind: PrefixTransformer}',
    })
    expect(problems).toEqual([])
    expect(files).toEqual([
      'more/kustomization.yaml',
      'more/m.yaml',
      'plugins/kustomization.yaml',
      'plugins/p.yaml',
      'prod/a.yaml',
      OVERLAY,
    ])
  })

  test.each([
    'namePrefix: x-',
    'patches: [{path: x.yaml}]',
    'components: [../more]',
    'transformers: [p.yaml]',
  ])('every file, where kustomize may change the plugins first: %s', async (line) => {
    const { files } = await inputsOf({
      [OVERLAY]: 'transformers: [../plugins]',
      'plugins/kustomization.yaml': `resources: [p.yaml]\n${line}`,
      'plugins/p.yaml': plugin,
    })
    expect(files).toContain('unrelated/file.yaml')
  })

  test('an overlay reached through a link has that link as input', async () => {
    const tree = treeWithLinks({ 'real/kustomization.yaml': 'namePrefix: a-' }, { prod: 'real' })
    expect(await overlayInputs(tree, './prod/')).toMatchObject({
      files: ['prod', 'real/kustomization.yaml'],
      problems: [],
    })
  })
})

const REMOTES = [
  'https://example.com/a.yaml',
  'HTTP://example.com/a.yaml',
  'http:example.com',
  'https://github.com/org/repo//path?ref=v1',
  'github.com/org/repo?ref=main',
  'GitHub.com/org/repo//base',
  'github.com:org/repo',
  'git@github.com:org/repo.git',
  'git@example.com:org/repo',
  'user@example.com/org/repo',
  'git::https://example.com/org/repo',
  'git::git@example.com:org/repo',
  'GIT::ssh://example.com/org/repo',
  'ssh://git@example.com/org/repo',
  'file:///etc',
  'ftp://example.com/x',
  'http://169.254.169.254/latest/meta-data',
  'http://127.0.0.1:8080/',
  'https://dev.azure.com/org/project/_git/repo/path',
]
const REMOTE_FIELDS = [
  'resources: [REMOTE]',
  'bases: [REMOTE]',
  'components: [REMOTE]',
  'crds: [REMOTE]',
  'configurations: [REMOTE]',
  'openapi: {path: REMOTE}',
  'patches: [{path: REMOTE}]',
  'patchesStrategicMerge: [REMOTE]',
  'patchesJson6902: [{path: REMOTE}]',
  'replacements: [{path: REMOTE}]',
  'configMapGenerator: [{files: [REMOTE]}]',
  'configMapGenerator: [{files: ["k=REMOTE"]}]',
  'secretGenerator: [{envs: [REMOTE]}]',
  'secretGenerator: [{env: REMOTE}]',
  'generators: [REMOTE]',
  'transformers: [REMOTE]',
  'validators: [REMOTE]',
  'transformers: ["{apiVersion: builtin, kind: PatchTransformer, path: \'REMOTE\'}"]',
  'x-unknown: 1\nresources: [REMOTE]',
]

describe('what the network holds is refused with file and line', () => {
  const cases: (readonly [string, string])[] = [
    ...REMOTES.map((remote) => [`resources: [${JSON.stringify(remote)}]`, remote] as const),
    ...REMOTE_FIELDS.map(
      (field) => [field.replace('REMOTE', 'https://github.com/o/r'), 'https://github.com/o/r'] as const,
    ),
  ]
  test.each<readonly [string, string]>(cases)('%s', async (kustomization) => {
    const { problems } = await inputsOf({ [OVERLAY]: `# first line\n${kustomization}` })
    const refused = problems.find((problem) => problem.code === 'REMOTE_BASE_REFUSED')
    expect(refused).toMatchObject({ file: OVERLAY, line: expect.any(Number) })
    expect(refused?.line).toBeGreaterThan(1)
    expect(refused?.remedy).toMatch(/Copy it into this repository/)
  })

  test.each(['resources', 'bases', 'components'])('in %s with what the operator would add', async (field) => {
    const { problems, remotes } = await inputsOf({ [OVERLAY]: `${field}: ["https://github.com/org/repo//a?ref=v1"]` })
    expect(problems[0]?.remedy).toContain('add the line `remoteBases: [github.com/org/repo]`')
    expect(remotes).toEqual([
      {
        text: 'https://github.com/org/repo//a?ref=v1',
        file: OVERLAY,
        refusal: problems[0],
        address: expect.objectContaining({ repository: 'github.com/org/repo', ref: 'v1', path: 'a' }),
      },
    ])
  })

  test.each([
    ['generators: ["https://github.com/org/repo//a?ref=v1"]', 'stands where only files of this repository may'],
    ['components: ["https://raw.githubusercontent.com/org/repo/v1/a.yaml"]', 'stands where only files'],
    ['resources: ["https://user:token@example.com/o/r"]', 'holds a user or password'],
    ['resources: ["token@example.com/o/r"]', 'has no protocol'],
    ['resources: ["file:///srv/bases"]', 'names a directory of the machine that renders'],
  ])('and %s cannot be allowed', async (kustomization, reason) => {
    const { problems, remotes } = await inputsOf({ [OVERLAY]: kustomization })
    expect(problems[0]?.message).toContain(reason)
    expect(JSON.stringify(problems)).not.toContain('token')
    expect(remotes).toEqual([])
  })

  test('also in a plugin’s file and in a base', async () => {
    const { problems } = await inputsOf({
      [OVERLAY]: 'resources: [../base]\ngenerators: [g.yaml]',
      'prod/g.yaml': 'apiVersion: builtin\nkind: SecretGenerator\nfiles:\n- https://example.com/x\n',
      'base/kustomization.yaml': '\n\nresources:\n- github.com/o/r\n',
    })
    expect(problems.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['REMOTE_BASE_REFUSED', 'prod/g.yaml', 4],
      ['REMOTE_BASE_REFUSED', 'base/kustomization.yaml', 4],
    ])
  })

  test('and in plugins that are themselves built', async () => {
    const { problems } = await inputsOf({
      [OVERLAY]: 'transformers: [../plugins]',
      'plugins/kustomization.yaml': 'resources: [p.yaml]',
      'plugins/p.yaml': '{apiVersion: builtin, kind: PatchTransformer, path: http://127.0.0.1/x}',
    })
    expect(problems[0]).toMatchObject({ code: 'REMOTE_BASE_REFUSED', file: 'plugins/p.yaml', line: 1 })
  })
})

interface Hostile {
  readonly files: Record<string, string>
  readonly links?: Record<string, string>
  readonly code: string
  readonly file?: string
  readonly line?: number
}

const wide = Object.fromEntries(
  Array.from({ length: 30 }, (_, i) => [
    `w${i}/kustomization.yaml`,
    i === 29 ? '' : `resources: [../w${i + 1}, ../v${i + 1}]`,
  ]).concat(
    Array.from({ length: 30 }, (_, i) => [
      `v${i}/kustomization.yaml`,
      i === 29 ? '' : `resources: [../w${i + 1}, ../v${i + 1}]`,
    ]),
  ),
)
const chain = Object.fromEntries(
  Array.from({ length: 1000 }, (_, i) => [`c${i}/kustomization.yaml`, `resources: [../c${i + 1}]`]),
)
const bomb = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`).join(
  '\n',
)

const hostile: Record<string, Hostile> = {
  'an absolute file': { files: { [OVERLAY]: 'resources:\n- /etc/passwd' }, code: 'OVERLAY_LEAVES_REPOSITORY', line: 2 },
  'a directory above the repository': {
    files: { [OVERLAY]: 'resources: [../../outside]' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
    line: 1,
  },
  'a path that comes back': {
    files: { [OVERLAY]: 'resources: [../../repo/prod/a.yaml]' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
  },
  'a file above the repository': {
    files: { [OVERLAY]: 'configMapGenerator: [{files: [k=../../x]}]' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
  },
  'the git directory': {
    files: { [OVERLAY]: 'configMapGenerator: [{files: [../.git/config]}]' },
    code: 'OVERLAY_MISSING_FILE',
  },
  'a link to an absolute path': {
    files: { [OVERLAY]: 'resources: [l]' },
    links: { 'prod/l': '/etc' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
  },
  'a link out of the repository': {
    files: { [OVERLAY]: 'resources: [l]' },
    links: { 'prod/l': '../../x' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
  },
  'a link out by way of a link': {
    files: { [OVERLAY]: 'resources: [l/x.yaml]' },
    links: { 'prod/l': '../m', m: 'n/../../o', n: 'prod' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
  },
  'a kustomization that is a link out': {
    files: {},
    links: { [OVERLAY]: '../../k.yaml' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
    file: OVERLAY,
  },
  'links in a circle': {
    files: { [OVERLAY]: 'resources: [l]' },
    links: { 'prod/l': 'm', 'prod/m': 'l' },
    code: 'OVERLAY_LINK_LOOP',
  },
  'a link to nothing': {
    files: { [OVERLAY]: 'resources: [l]' },
    links: { 'prod/l': 'm' },
    code: 'OVERLAY_MISSING_BASE',
  },
  'a link with a NUL': {
    files: { [OVERLAY]: 'resources: [l]' },
    links: { 'prod/l': 'm\0' },
    code: 'OVERLAY_LEAVES_REPOSITORY',
  },
  'a file of another directory': {
    files: { [OVERLAY]: 'resources: [../other/a.yaml]', 'other/a.yaml': '' },
    code: 'OVERLAY_FILE_OUTSIDE',
    line: 1,
  },
  'a file of another directory, by a link': {
    files: { [OVERLAY]: 'patches: [{path: l.yaml}]', 'other/a.yaml': '' },
    links: { 'prod/l.yaml': '../other/a.yaml' },
    code: 'OVERLAY_FILE_OUTSIDE',
  },
  'a missing base': {
    files: { [OVERLAY]: 'resources:\n- ../bsae', 'base/kustomization.yaml': 'namePrefix: a' },
    code: 'OVERLAY_MISSING_BASE',
    line: 2,
  },
  'a base without kustomization': {
    files: { [OVERLAY]: 'resources: [../base]', 'base/a.yaml': '' },
    code: 'OVERLAY_MISSING_BASE',
    line: 1,
  },
  'a missing file': { files: { [OVERLAY]: 'patches:\n- path: a.yaml' }, code: 'OVERLAY_MISSING_FILE', line: 2 },
  'an empty entry': { files: { [OVERLAY]: 'resources: [""]' }, code: 'OVERLAY_MISSING_BASE' },
  'a directory for a file': { files: { [OVERLAY]: 'crds: [sub]', 'prod/sub/a': '' }, code: 'OVERLAY_MISSING_FILE' },
  'a file for a component': {
    files: { [OVERLAY]: 'components: [a.yaml]', 'prod/a.yaml': '' },
    code: 'OVERLAY_MISSING_BASE',
  },
  'no kustomization': { files: { 'prod/a.yaml': '' }, code: 'OVERLAY_MISSING', file: 'prod' },
  'two kustomizations': { files: { [OVERLAY]: '', 'prod/Kustomization': '' }, code: 'KUSTOMIZATION_SEVERAL' },
  'itself as base': { files: { [OVERLAY]: 'resources: [.]' }, code: 'OVERLAY_CYCLE' },
  'its parent as base': { files: { [OVERLAY]: 'resources: [..]', 'kustomization.yaml': '' }, code: 'OVERLAY_CYCLE' },
  'bases in a circle': {
    files: {
      [OVERLAY]: 'resources: [../a]',
      'a/kustomization.yaml': 'resources: [../b]',
      'b/kustomization.yaml': '\nresources: [../a]',
    },
    code: 'OVERLAY_CYCLE',
    file: 'b/kustomization.yaml',
    line: 2,
  },
  'a circle closed by a link': {
    files: { [OVERLAY]: 'resources: [../a]', 'a/kustomization.yaml': 'resources: [../l]' },
    links: { l: 'prod' },
    file: 'a/kustomization.yaml',
    code: 'OVERLAY_CYCLE',
  },
  'a wide diamond': {
    files: { [OVERLAY]: 'resources: [../w0]', ...wide },
    file: 'w17/kustomization.yaml',
    code: 'OVERLAY_TOO_WIDE',
  },
  'a thousand levels': {
    files: { [OVERLAY]: 'resources: [../c0]', ...chain },
    file: 'c198/kustomization.yaml',
    code: 'OVERLAY_TOO_WIDE',
  },
  'a directory named like an option': {
    files: { [OVERLAY]: 'resources:\n- ../--enable-helm', '--enable-helm/kustomization.yaml': 'namePrefix: a' },
    code: 'OVERLAY_NAME',
    line: 2,
  },
  'helm charts': {
    files: { [OVERLAY]: 'helmCharts:\n- name: x\n  releaseName: --post-renderer=sh' },
    code: 'HELM_REFUSED',
    line: 3,
  },
  'helm in another case': { files: { [OVERLAY]: 'HELMCHARTS: [{name: x}]' }, code: 'CHART_MISSING' },
  'helm as a plugin': {
    files: { [OVERLAY]: 'generators: ["{apiVersion: builtin, kind: HelmChartInflationGenerator, name: x}"]' },
    code: 'CHART_MISSING',
  },
  'an exec function': {
    files: {
      [OVERLAY]: 'transformers: [f.yaml]',
      'prod/f.yaml':
        'apiVersion: v1\nkind: X\nmetadata: {annotations: {config.kubernetes.io/function: "exec: {path: ./x.sh}"}}',
    },
    code: 'PLUGIN_REFUSED',
    file: 'prod/f.yaml',
  },
  'a container function that calls itself builtin': {
    files: {
      [OVERLAY]: 'generators: ["{apiVersion: builtin, kind: X, metadata: {annotations: {config.k8s.io/function: y}}}"]',
    },
    code: 'PLUGIN_REFUSED',
  },
  'a plugin of its own': {
    files: { [OVERLAY]: 'validators: ["{apiVersion: example.com/v1, kind: X}"]' },
    code: 'PLUGIN_REFUSED',
  },
  'a plugin hidden in a list': {
    files: { [OVERLAY]: 'generators: [g.yaml]', 'prod/g.yaml': '{kind: List, items: [{apiVersion: a/v1, kind: X}]}' },
    file: 'prod/g.yaml',
    code: 'PLUGIN_REFUSED',
  },
  'a plugin among plugins that are built': {
    files: {
      [OVERLAY]: 'generators: [../g]',
      'g/kustomization.yaml': 'resources: [x.yaml]',
      'g/x.yaml': '{apiVersion: a/v1, kind: X}',
    },
    file: 'g/x.yaml',
    code: 'PLUGIN_REFUSED',
  },
  'an unknown field': {
    files: { [OVERLAY]: 'namePrefix: a\nresourcse: [x]' },
    code: 'KUSTOMIZATION_UNKNOWN_FIELD',
    line: 2,
  },
  'a text for a list': { files: { [OVERLAY]: 'resources: a.yaml' }, code: 'KUSTOMIZATION_INVALID' },
  'a number for a path': { files: { [OVERLAY]: 'resources: [12]' }, code: 'KUSTOMIZATION_INVALID' },
  'a list for a kustomization': { files: { [OVERLAY]: '- a' }, code: 'KUSTOMIZATION_INVALID' },
  'text that is no YAML': { files: { [OVERLAY]: 'a: b\nc: [' }, code: 'KUSTOMIZATION_SYNTAX', line: 2 },
  'a path hidden in base64': {
    files: { [OVERLAY]: 'resources: [!!binary aHR0cDovL3g=]' },
    code: 'KUSTOMIZATION_SYNTAX',
  },
  'a tag of its own': { files: { [OVERLAY]: 'resources: [!path a]' }, code: 'KUSTOMIZATION_SYNTAX' },
  'a directive': { files: { [OVERLAY]: '%YAML 1.2\n---\nresources: []' }, code: 'KUSTOMIZATION_SYNTAX' },
  'aliases that multiply': { files: { [OVERLAY]: bomb }, code: 'KUSTOMIZATION_SYNTAX' },
  'an alias of itself': { files: { [OVERLAY]: 'metadata: &a {x: *a}' }, code: 'KUSTOMIZATION_SYNTAX' },
  'endless lists': { files: { [OVERLAY]: `resources: ${'['.repeat(50_000)}` }, code: 'KUSTOMIZATION_SYNTAX' },
  'endless dashes': { files: { [OVERLAY]: `resources:\n${'- '.repeat(50_000)}a` }, code: 'KUSTOMIZATION_SYNTAX' },
  'a NUL': { files: { [OVERLAY]: 'resources: ["a\0"]' }, code: 'KUSTOMIZATION_SYNTAX' },
  'more than a megabyte': { files: { [OVERLAY]: `# ${'x'.repeat(1_048_576)}` }, code: 'KUSTOMIZATION_TOO_LARGE' },
}

describe('hostile trees are refused with file, line and a next step', () => {
  test.each(Object.keys(hostile))('%s', async (name) => {
    const { files, links, code, file = OVERLAY, line } = hostile[name] as Hostile
    const { problems } = await inputsOf(files, links)
    const found = problems.find((problem) => problem.code === code)
    expect(problems.map((problem) => problem.code)).toContain(code)
    expect(found?.file).toBe(file)
    if (line !== undefined) expect(found?.line).toBe(line)
    expect(found?.remedy).not.toBe('')
  })

  test('a submodule', async () => {
    const tree = treeWithLinks({ [OVERLAY]: 'resources: [../sub/base]' }, {}, ['sub'])
    expect((await overlayInputs(tree, 'prod')).problems[0]?.code).toBe('OVERLAY_SUBMODULE')
  })

  test('UTF-16', async () => {
    const tree = memoryTree({ [OVERLAY]: 'stands for bytes that no text holds' })
    const utf16 = Buffer.from('\ufeffresources: []', 'utf16le')
    const read = async (paths: readonly string[]) => new Map(paths.map((path) => [path, utf16]))
    expect((await overlayInputs({ ...tree, read, id: 'utf16' }, 'prod')).problems[0]?.code).toBe('KUSTOMIZATION_SYNTAX')
  })

  test.each(['..', '../..', 'prod/../..', 'nowhere', 'unrelated/file.yaml'])('an overlay at %s', async (overlay) => {
    const tree = memoryTree({ 'unrelated/file.yaml': 'x' })
    expect((await overlayInputs(tree, overlay)).problems[0]?.code).toBe('OVERLAY_MISSING')
  })

  test('a missing base names the one that was probably meant', async () => {
    const { problems } = await inputsOf({
      [OVERLAY]: 'resources: [../bsae]',
      'base/kustomization.yaml': 'namePrefix: a',
    })
    expect(problems[0]?.remedy).toBe('Did you mean base?')
  })

  test('every fault is named at once', async () => {
    const { problems } = await inputsOf({
      [OVERLAY]: 'resources: [https://x/y, /etc, nothing]\nhelmCharts: [{name: a}]',
    })
    expect(problems).toHaveLength(4)
  })
})
