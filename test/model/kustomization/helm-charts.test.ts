import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { overlayInputs } from '../../../src/model/kustomization/inputs.ts'
import { parseKustomization } from '../../../src/model/kustomization/parse-kustomization.ts'
import { memoryTree } from '../../../src/model/tree.ts'
import { treeWithLinks } from '../../support/tree-with-links.ts'

const OVERLAY = 'prod/kustomization.yaml'
const chart = (directory: string, name = 'web') => ({
  [`${directory}/Chart.yaml`]: `name: ${name}`,
  [`${directory}/values.yaml`]: '',
  [`${directory}/templates/a.yaml`]: '',
})
const REPO = 'https://charts.example.com/stable'

describe('the charts of an overlay', () => {
  test('that lie in the repository are inputs with all their files', async () => {
    const files = {
      [OVERLAY]: 'helmCharts: [{name: web}]',
      ...chart('prod/charts/web'),
      'prod/charts/other/Chart.yaml': '',
    }
    expect(await overlayInputs(memoryTree(files), 'prod')).toMatchObject({
      problems: [],
      files: ['prod/charts/web/Chart.yaml', 'prod/charts/web/templates/a.yaml', 'prod/charts/web/values.yaml', OVERLAY],
      charts: [{ name: 'web', file: OVERLAY, place: { line: 1, column: 14 }, directory: 'prod/charts/web' }],
    })
  })

  test('are looked for where `chartHome` says, elsewhere in the repository too', async () => {
    const files = {
      [OVERLAY]: 'helmGlobals: {chartHome: ../shared/charts}\nhelmCharts: [{name: web, valuesFile: values.yaml}]',
      'prod/values.yaml': '',
      ...chart('shared/charts/web'),
    }
    const { problems, files: inputs } = await overlayInputs(memoryTree(files), 'prod')
    expect(problems).toEqual([])
    expect(inputs).toEqual(expect.arrayContaining(['prod/values.yaml', 'shared/charts/web/templates/a.yaml']))
  })

  test('of a repository are taken from this one where kustomize would find them', async () => {
    const files = {
      [OVERLAY]: `helmCharts: [{name: web, repo: ${REPO}, version: 1.2.3}]`,
      ...chart('prod/charts/web-1.2.3/web'),
    }
    expect(await overlayInputs(memoryTree(files), 'prod')).toMatchObject({
      problems: [],
      charts: [expect.not.objectContaining({ refusal: expect.anything() })],
    })
  })

  test('of a repository have to be brought to where kustomize looks for them', async () => {
    const files = { [OVERLAY]: `namePrefix: a\nhelmCharts:\n- name: web\n  repo: ${REPO}/\n  version: 1.2.3\n` }
    const { problems, charts } = await overlayInputs(memoryTree(files), 'prod')
    expect(problems).toEqual([
      {
        code: 'CHART_REFUSED',
        file: OVERLAY,
        line: 3,
        column: 3,
        message: `The chart web comes from ${REPO}, which the operator has not allowed.`,
        remedy: expect.stringContaining(`\`charts: [${REPO}]\``),
      },
    ])
    expect(charts).toEqual([
      expect.objectContaining({
        name: 'web',
        version: '1.2.3',
        directory: 'prod/charts/web-1.2.3/web',
        refusal: problems[0],
      }),
    ])
  })

  test('that are there may have a directory for a repository, which nobody looks at', async () => {
    const files = {
      [OVERLAY]: 'helmGlobals: {chartHome: ../base}\nhelmCharts: [{name: web, repo: ../base}]',
      ...chart('base/web'),
    }
    expect((await overlayInputs(memoryTree(files), 'prod')).problems).toEqual([])
  })

  test('without a version have a directory without one', async () => {
    const files = { [OVERLAY]: `helmGlobals: {chartHome: x/y}\nhelmCharts: [{name: web, repo: ${REPO}}]` }
    const { charts } = await overlayInputs(memoryTree(files), 'prod')
    expect(charts).toMatchObject([{ directory: 'prod/x/y/web' }])
  })

  test('may bring the values file along that is asked for', async () => {
    const values = 'charts/web-1.2.3/web/values-prod.yaml'
    const files = { [OVERLAY]: `helmCharts: [{name: web, repo: ${REPO}, version: 1.2.3, valuesFile: ${values}}]` }
    expect((await overlayInputs(memoryTree(files), 'prod')).problems.map(({ code }) => code)).toEqual(['CHART_REFUSED'])
  })

  test('are found behind links, and what they link to counts', async () => {
    const tree = treeWithLinks(
      {
        [OVERLAY]: 'helmCharts: [{name: web}]',
        ...chart('all/web'),
        'shared/note.txt': '',
        'shared/deep/more.txt': '',
      },
      { 'prod/charts': '../all', 'all/web/note.txt': '../../shared/note.txt', 'all/web/deep': '../../shared/deep' },
    )
    const { problems, files } = await overlayInputs(tree, 'prod')
    expect(problems).toEqual([])
    expect(files).toEqual(
      expect.arrayContaining([
        'prod/charts',
        'all/web/note.txt',
        'shared/note.txt',
        'all/web/deep',
        'shared/deep/more.txt',
      ]),
    )
  })

  test('in the old spelling are the same charts', async () => {
    const old = `helmChartInflationGenerator:\n- chartName: web\n  chartRepoUrl: ${REPO}\n  chartVersion: 1.2.3\n  chartHome: home\n  values: v.yaml\n`
    const { charts, files } = await overlayInputs(memoryTree({ [OVERLAY]: old, 'prod/v.yaml': '' }), 'prod')
    expect(charts).toMatchObject([{ name: 'web', repo: REPO, version: '1.2.3', directory: 'prod/home/web-1.2.3/web' }])
    expect(files).toContain('prod/v.yaml')
  })

  const generator = `apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\nname: web\nrepo: ${REPO}\nversion: 1.2.3\nchartHome: home\nvaluesFile: v.yaml\n`
  test.each([
    ['a file', { [OVERLAY]: 'generators: [g.yaml]', 'prod/g.yaml': generator, 'prod/v.yaml': '' }, 'prod/g.yaml'],
    [
      'written in place',
      { [OVERLAY]: `generators:\n- |\n  ${generator.replaceAll('\n', '\n  ')}`, 'prod/v.yaml': '' },
      OVERLAY,
    ],
  ])('may stand in a generator, %s', async (_, files, file) => {
    const { charts, files: inputs } = await overlayInputs(memoryTree(files), 'prod')
    expect(charts).toMatchObject([{ name: 'web', file, directory: 'prod/home/web-1.2.3/web' }])
    expect(inputs).toContain('prod/v.yaml')
  })

  test('of the same version from two repositories cannot both be there', async () => {
    const one = (repo: string) =>
      `helmGlobals: {chartHome: ../charts}\nhelmCharts: [{name: web, repo: "${repo}", version: 1.2.3}]`
    const files = {
      [OVERLAY]: 'resources: [../a, ../b]',
      'a/kustomization.yaml': one(REPO),
      'b/kustomization.yaml': one('https://elsewhere.example.com'),
    }
    const { problems } = await overlayInputs(memoryTree(files), 'prod')
    expect(problems).toContainEqual(expect.objectContaining({ code: 'CHART_CONFLICT', file: 'b/kustomization.yaml' }))
  })

  test('are not inflated beside generators that kustomize builds first: those could become charts', async () => {
    const files = {
      [OVERLAY]: 'generators: [../g]\nhelmCharts: [{name: web}]',
      ...chart('prod/charts/web'),
      'g/kustomization.yaml': 'resources: [c.yaml]\n',
      'g/c.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\n',
    }
    const { problems } = await overlayInputs(memoryTree(files), 'prod')
    expect(problems).toEqual([expect.objectContaining({ code: 'HELM_REFUSED', file: OVERLAY, line: 1 })])
  })

  test('are not inflated by a generator that kustomize builds first', async () => {
    const files = {
      [OVERLAY]: 'generators: [../g]',
      'g/kustomization.yaml': 'resources: [c.yaml]\n',
      'g/c.yaml': generator,
    }
    const { problems } = await overlayInputs(memoryTree(files), 'prod')
    expect(problems).toEqual([expect.objectContaining({ code: 'HELM_REFUSED', file: 'g/c.yaml' })])
  })
})

describe('a chart is refused', () => {
  const cases: Record<string, [Record<string, string>, string, string?]> = {
    'that is nowhere': [{ [OVERLAY]: 'helmCharts: [{name: web}]' }, 'CHART_MISSING'],
    'from a directory where it is not': [{ [OVERLAY]: 'helmCharts: [{name: web, repo: ../base}]' }, 'CHART_MISSING'],
    'that is a file': [{ [OVERLAY]: 'helmCharts: [{name: web}]', 'prod/charts/web': '' }, 'CHART_MISSING'],
    'below a file': [{ [OVERLAY]: `helmCharts: [{name: web, repo: ${REPO}}]`, 'prod/charts': '' }, 'CHART_MISSING'],
    'outside the repository': [
      { [OVERLAY]: 'helmGlobals: {chartHome: ../../x}\nhelmCharts: [{name: web}]' },
      'OVERLAY_LEAVES_REPOSITORY',
    ],
    'at an absolute path': [
      { [OVERLAY]: 'helmGlobals: {chartHome: /x}\nhelmCharts: [{name: web}]' },
      'OVERLAY_LEAVES_REPOSITORY',
    ],
    'with a values file outside its directory': [
      { [OVERLAY]: 'helmCharts: [{name: web, valuesFile: ../v.yaml}]', ...chart('prod/charts/web'), 'v.yaml': '' },
      'OVERLAY_FILE_OUTSIDE',
    ],
    'with a values file that is missing': [
      { [OVERLAY]: 'helmCharts: [{name: web, additionalValuesFiles: [v.yaml]}]', ...chart('prod/charts/web') },
      'OVERLAY_MISSING_FILE',
    ],
    'without a name': [{ [OVERLAY]: `helmCharts: [{repo: ${REPO}}]` }, 'KUSTOMIZATION_INVALID'],
    'that is a text': [{ [OVERLAY]: 'helmCharts: [web]' }, 'KUSTOMIZATION_INVALID'],
    'that is no list': [{ [OVERLAY]: 'helmCharts: {name: web}' }, 'KUSTOMIZATION_INVALID'],
    'with one field in two spellings': [
      { [OVERLAY]: 'helmCharts: [{name: web, NAME: other}]', ...chart('prod/charts/web') },
      'KUSTOMIZATION_INVALID',
    ],
    'with an unknown field': [
      { [OVERLAY]: 'helmCharts: [{name: web, postRenderer: x}]' },
      'KUSTOMIZATION_UNKNOWN_FIELD',
    ],
    'with unknown globals': [{ [OVERLAY]: 'helmGlobals: {command: x}' }, 'KUSTOMIZATION_UNKNOWN_FIELD'],
  }
  test.each(Object.entries(cases))('%s', async (_, [files, code]) => {
    const { problems } = await overlayInputs(memoryTree(files), 'prod')
    expect(problems.map((problem) => problem.code)).toEqual([code])
  })

  test.each([
    ['outside', '../../../../etc'],
    ['a loop', 'loop'],
  ])('that links to what is %s', async (_, target) => {
    const tree = treeWithLinks(
      { [OVERLAY]: 'helmCharts: [{name: web}]', ...chart('prod/charts/web') },
      { 'prod/charts/web/loop': target },
    )
    const { problems } = await overlayInputs(tree, 'prod')
    expect(problems).toEqual([expect.objectContaining({ code: 'OVERLAY_LEAVES_REPOSITORY', file: OVERLAY })])
  })
})

describe('a field that reaches helm', () => {
  const REFUSED: Record<string, readonly string[]> = {
    name: ['--post-renderer', '../web', '/etc', 'a/b', 'a,b', '.', '..', 'a b', 'x'.repeat(300)],
    version: ['-1', '1/2', '../1', '$(id)', '1;2', '1\\n2', '1\\"'],
    repo: [
      '-x',
      'charts',
      'file:///etc',
      'git::https://a/b',
      'https://a:b@c',
      'https://a?x=1',
      'https://a/%2e%2e',
      'https://',
      'oci:a',
      'https://a/../b',
      'ftp://a',
    ],
    releaseName: ['--post-renderer=sh', '-f', 'a b', '{{ .x }}', 'A', 'a'.repeat(54), '../x', 'a_b'],
    namespace: ['--x', 'A', 'a b', '{{ env \\"HOME\\" }}', 'a.b'],
    nameTemplate: ['{{ env \\"HOME\\" }}', '{{ randAlpha 6 }}', '-x', '--output-dir'],
    valuesFile: ['a,b.yaml', 'a\\"b', 'https://example.com/v.yaml', 'a;b'],
    kubeVersion: ['--x', 'latest', '1', '1.30 --debug'],
    valuesMerge: ['-x', 'deep'],
  }
  const cases = Object.entries(REFUSED).flatMap(([field, values]) => values.map((value) => [field, value] as const))
  test.each(cases)('%s is refused when it is %j', (field, value) => {
    const fields = field === 'name' ? '' : 'name: web, '
    const { findings, charts } = parseKustomization(Buffer.from(`helmCharts:\n- {${fields}${field}: "${value}"}\n`))
    expect(findings).toMatchObject([
      { code: 'HELM_REFUSED', place: { line: 2 }, message: expect.stringContaining(`helmCharts.${field}`) },
    ])
    expect(charts).toEqual([])
  })

  test.each([
    'additionalValuesFiles: ["a,/etc/passwd"]',
    'additionalValuesFiles: [1]',
    'additionalValuesFiles: a.yaml',
    'apiVersions: ["--x"]',
    'apiVersions: ["a,b"]',
    'includeCRDs: "true"',
    'debug: 1',
    'valuesInline: text',
    'version: 1.10',
    'skipTests: [true]',
    'releaseName: {a: b}',
  ])('%s is refused', (field) => {
    const { findings } = parseKustomization(Buffer.from(`helmCharts: [{name: web, ${field}}]`))
    expect(findings).toMatchObject([{ code: 'HELM_REFUSED' }])
  })

  test.each([
    'helmGlobals: {configHome: conf}',
    'helmChartInflationGenerator: [{chartName: web, helmBin: ./helm}]',
    'helmChartInflationGenerator: [{chartName: web, extraArgs: [--post-renderer, sh]}]',
    'helmChartInflationGenerator: [{chartName: web, helmHome: conf}]',
    'helmChartInflationGenerator: [{chartName: --x}]',
  ])('%s is refused', (text) => {
    expect(parseKustomization(Buffer.from(text)).findings).toMatchObject([{ code: 'HELM_REFUSED' }])
  })

  test('may be everything that real repositories have there', () => {
    const text = `
helmGlobals: {chartHome: ../charts}
helmCharts:
- name: kube-prometheus-stack
  version: 45.27.2
  repo: https://prometheus-community.github.io/helm-charts
  releaseName: kps
  namespace: monitoring
  includeCRDs: true
  skipTests: true
  skipHooks: false
  debug: true
  devel: false
  kubeVersion: v1.28.3
  apiVersions: [monitoring.coreos.com/v1, batch/v1/CronJob]
  nameTemplate: prom
  valuesFile: values.yaml
  additionalValuesFiles: [values-prod.yaml, "more values/über.yaml"]
  valuesMerge: merge
  valuesInline: {a: {b: [1, "-x", null]}}
- {name: redis, version: "^17.0.0", repo: "oci://registry-1.docker.io/bitnamicharts", valuesFile: null, releaseName: ""}
- {name: x_y.z, version: ">=1.0.0, <2.0.0 || 3.x", repo: "http://charts.internal:8080/a/b/"}
`
    expect(parseKustomization(Buffer.from(text))).toMatchObject({ findings: [], charts: [{}, {}, {}] })
  })

  test('never repeats the credentials of an address', () => {
    const { findings } = parseKustomization(
      Buffer.from('helmCharts: [{name: web, repo: "https://ann:hunter2@c.example.com"}]'),
    )
    expect(JSON.stringify(findings)).not.toMatch(/ann|hunter2/)
  })

  test('is never anything that helm could take for an option or another path', () => {
    const piece = fc.constantFrom(
      '-',
      '--',
      'a',
      '.',
      '/',
      ',',
      '"',
      '{{',
      '}}',
      ' ',
      '=',
      '\\',
      '\n',
      '$',
      'x',
      '1',
      '\u0000',
      '%',
      '@',
      ':',
    )
    const value = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''))
    const field = fc.constantFrom('releaseName', 'namespace', 'nameTemplate', 'kubeVersion', 'name')
    fc.assert(
      fc.property(field, value, (name, text) => {
        const json = JSON.stringify({ helmCharts: [{ name: 'web', [name]: text }] })
        if (parseKustomization(Buffer.from(json)).findings.length === 0)
          expect(text).toMatch(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/)
      }),
      { numRuns: 500 },
    )
  })
})
