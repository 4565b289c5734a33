import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createCharts } from '../../../src/adapters/charts/open-charts.ts'
import { openRemoteRepository } from '../../../src/adapters/git/remote-snapshots.ts'
import { findHelm } from '../../../src/adapters/kustomize/find-helm.ts'
import { createKustomizeRenderer } from '../../../src/adapters/kustomize/renderer.ts'
import { createVendor } from '../../../src/adapters/vendor/vendor.ts'
import type { LockstepError } from '../../../src/model/errors.ts'
import type { Renderer } from '../../../src/model/renderer.ts'
import { memoryTree, type Tree } from '../../../src/model/tree.ts'
import { unstableLabels } from '../../../src/model/unstable-fields.ts'
import { type ChartRegistry, startChartRegistry } from '../../support/chart-registry.ts'
import { type ChartRepositoryServer, sampleChart, startChartRepository } from '../../support/chart-repository.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { HELM_SETUP_MS, helmForTests } from '../../support/helm.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests, writeTree } from '../../support/kustomize.ts'
import { processesOf } from '../../support/processes-of.ts'
import { treeWithLinks } from '../../support/tree-with-links.ts'

const OVERLAY = 'prod/kustomization.yaml'
let binary: string
let helm: string
let site: ChartRepositoryServer
let registry: ChartRegistry
let scratch: ReturnType<typeof temporaryDirectory>

beforeAll(async () => {
  ;[binary, helm, site, registry] = await Promise.all([
    kustomizeForTests(),
    helmForTests(),
    startChartRepository(),
    startChartRegistry(),
  ])
}, KUSTOMIZE_SETUP_MS + HELM_SETUP_MS)
afterAll(() => Promise.all([site.stop(), registry.stop()]))
beforeEach(() => {
  scratch = temporaryDirectory()
})
afterEach(() => scratch.remove())

function renderer(options: Parameters<typeof createKustomizeRenderer>[0] = {}): Renderer {
  const allowed = [site.url, `${registry.oci}/acme`].map((repository) => ({ repository, hosts: [] }))
  const charts = createCharts({ directory: join(scratch.path, 'charts'), allowed, env: {} })
  const vendor = createVendor({
    openRepository: openRemoteRepository,
    remoteBases: [],
    movedTags: 'warn',
    data: scratch.path,
    charts,
  })
  return createKustomizeRenderer({ binary, helm, vendor, scratch: join(scratch.path, 'builds'), ...options })
}

/** What a person gets who runs `kustomize build --enable-helm` on the files. */
async function plainBuild(tree: Tree): Promise<string> {
  const directory = join(scratch.path, 'plain')
  await writeTree(tree, directory)
  const args = ['build', '--enable-helm', '--helm-command', helm, './prod']
  const child = spawn(binary, args, { cwd: directory, env: { HOME: directory, PATH: '/usr/bin:/bin' } })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(errors)
  return output
}

const placed = (directory: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content]))

const failure = (work: Promise<unknown>): Promise<LockstepError> =>
  work.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error) => error,
  )

describe('the render of an overlay with charts is what kustomize prints', () => {
  const more = {
    'values-prod.yaml': 'greeting: from the chart’s own file\n',
    'crds/c.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.example.com}\n',
    'templates/tests/t.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {containers: []}\n',
    'templates/versions.yaml': [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata: {name: versions}',
      'data:',
      '  kube: {{ .Capabilities.KubeVersion.Version }}',
      '  crd: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}',
      '  found: {{ len (lookup "v1" "Secret" "default" "x") | quote }}',
      '  host: {{ getHostByName "localhost" | quote }}',
      '',
    ].join('\n'),
  }
  const local = { ...placed('prod/charts/web', sampleChart('web', '1.0.0', more)) }
  const cases: Record<string, Record<string, string>> = {
    'a chart in the repository': {
      [OVERLAY]: 'helmCharts:\n- name: web\n  releaseName: shop\n  namespace: shop\n',
      ...local,
    },
    'without a release’s name': { [OVERLAY]: 'helmCharts: [{name: web}]', ...local },
    'with a template’s name': { [OVERLAY]: 'helmCharts: [{name: web, nameTemplate: shop}]', ...local },
    'with values in place': {
      [OVERLAY]:
        'helmCharts: [{name: web, releaseName: a, valuesInline: {greeting: "hi, \\"you\\"", big: 9007199254740993}}]',
      ...local,
    },
    'with every way to merge values': {
      [OVERLAY]: ['merge', 'override', 'replace']
        .map(
          (how) =>
            `- {name: web, releaseName: ${how}, valuesMerge: ${how}, valuesFile: v.yaml, valuesInline: {greeting: x}}\n`,
        )
        .reduce((text, line) => text + line, 'helmCharts:\n'),
      'prod/v.yaml': 'greeting: from the file\n',
      'prod/charts/web/templates/versions.yaml': '',
      ...placed('prod/charts/web', sampleChart('web', '1.0.0')),
    },
    'with more files of values': {
      [OVERLAY]: 'helmCharts: [{name: web, additionalValuesFiles: [deep dir/a.yaml, b.yaml]}]',
      'prod/deep dir/a.yaml': 'greeting: a\n',
      'prod/b.yaml': 'greeting: b\n',
      ...local,
    },
    'with a file of values of the chart': {
      [OVERLAY]: 'helmCharts: [{name: web, valuesFile: charts/web/values-prod.yaml}]',
      ...local,
    },
    'with CRDs, without tests and hooks, for another cluster': {
      [OVERLAY]:
        'helmCharts: [{name: web, includeCRDs: true, skipTests: true, skipHooks: true, kubeVersion: 1.29.0, apiVersions: [example.com/v1], devel: true, debug: true}]',
      ...local,
    },
    'with a chart home elsewhere': {
      [OVERLAY]: 'helmGlobals: {chartHome: ../shared}\nhelmCharts: [{name: web, valuesFile: v.yaml}]',
      'prod/v.yaml': 'greeting: shared\n',
      ...placed('shared/web', sampleChart('web', '1.0.0')),
    },
    'in the old spelling': {
      [OVERLAY]:
        'helmChartInflationGenerator:\n- {chartName: web, releaseName: old, chartHome: home, valuesLocal: {greeting: old}}\n',
      ...placed('prod/home/web', sampleChart('web', '1.0.0')),
    },
    'in a generator’s file': {
      [OVERLAY]: 'generators: [g.yaml]\nnamePrefix: p-\n',
      'prod/g.yaml':
        'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: g}\nname: web\nreleaseName: gen\n',
      ...local,
    },
    'in a generator written in place': {
      [OVERLAY]:
        'generators:\n- |\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: g}\n  name: web\n  valuesInline: {greeting: in place}\n',
      ...local,
    },
    'in a base, patched and renamed': {
      [OVERLAY]:
        'resources: [../base]\nnameSuffix: -prod\npatches:\n- target: {kind: ConfigMap}\n  patch: "[{\\"op\\": \\"add\\", \\"path\\": \\"/data/more\\", \\"value\\": \\"x\\"}]"\n',
      'base/kustomization.yaml': 'helmCharts: [{name: web, releaseName: base}]',
      ...placed('base/charts/web', sampleChart('web', '1.0.0')),
    },
    'with a chart in the chart': {
      [OVERLAY]: 'helmCharts: [{name: web, valuesInline: {sub: {greeting: below}}}]',
      ...placed(
        'prod/charts/web',
        sampleChart('web', '1.0.0', {
          'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0}]\n',
        }),
      ),
      ...placed('prod/charts/web/charts/sub', sampleChart('sub', '1.0.0')),
    },
  }
  test.each(Object.entries(cases))('%s', async (_, files) => {
    const tree = memoryTree(files)
    const [{ text }, plain] = await Promise.all([renderer().render(tree, 'prod'), plainBuild(tree)])
    expect(text).toBe(plain)
    expect(text).toContain('kind: ConfigMap')
  })

  test('a chart behind links', async () => {
    const tree = treeWithLinks(
      {
        [OVERLAY]: 'helmCharts: [{name: web, valuesFile: v.yaml}]',
        'prod/v.yaml': '',
        ...placed('all/web', sampleChart('web', '1.0.0')),
      },
      { 'prod/charts': '../all' },
    )
    expect((await renderer().render(tree, 'prod')).text).toBe(await plainBuild(tree))
  })

  const fetched: Record<string, string> = {
    'a version': 'version: 1.2.3',
    'a range': 'version: ">=1.0.0, <1.3"',
    'no version': 'releaseName: newest',
    'a file of values of its own': 'version: 1.2.3, valuesFile: charts/web-1.2.3/web/values-prod.yaml',
  }
  test.each(Object.entries(fetched))('%s of a repository on the network', async (_, fields) => {
    for (const version of ['1.2.3', '1.2.10', '1.3.0', '2.0.0-rc.1'])
      site.add('web', version, { files: sampleChart('web', version, more) })
    const tree = memoryTree({
      [OVERLAY]: `helmCharts:\n- {name: web, repo: "${site.url}", ${fields}}\nnamespace: shop\n`,
    })
    const render = await renderer().render(tree, 'prod')
    expect(render.text).toBe(await plainBuild(tree))
    expect(render.resolutions).toEqual([
      expect.objectContaining({ kind: 'chart', file: OVERLAY, content: expect.stringMatching(/^sha256:/) }),
    ])
  })

  test('a version of a registry is the same as of a repository', async () => {
    const chart = site.add('web', '1.2.3')
    registry.add('acme', 'web', '1.2.3', { archive: chart })
    const tree = (repo: string) =>
      memoryTree({ [OVERLAY]: `helmCharts: [{name: web, repo: "${repo}", version: 1.2.3}]` })
    const both = await Promise.all(
      [site.url, `${registry.oci}/acme`].map((repo) => renderer().render(tree(repo), 'prod')),
    )
    expect(both[0]?.text).toBe(both[1]?.text)
  })
})

describe('a chart', () => {
  const withTemplate = (template: string, kustomization = 'helmCharts:\n- name: web\n') =>
    memoryTree({
      [OVERLAY]: kustomization,
      ...placed('prod/charts/web', sampleChart('web', '1.0.0', { 'templates/t.yaml': template })),
    })

  test('that was fetched once renders with every server gone', async () => {
    const lost = await startChartRepository()
    lost.add('web', '1.2.3')
    const charts = () =>
      createCharts({ directory: join(scratch.path, 'kept'), allowed: [{ repository: lost.url, hosts: [] }], env: {} })
    const vendor = () =>
      createVendor({
        openRepository: openRemoteRepository,
        remoteBases: [],
        movedTags: 'warn',
        data: scratch.path,
        charts: charts(),
      })
    const tree = memoryTree({ [OVERLAY]: `helmCharts: [{name: web, repo: "${lost.url}", version: 1.2.3}]` })
    const { text } = await renderer({ vendor: vendor() })
      .render(tree, 'prod')
      .finally(() => lost.stop())
    expect((await renderer({ vendor: vendor() }).render(tree, 'prod')).text).toBe(text)
  })

  test('whose template fails is reported at the entry that asks for it, in helm’s words', async () => {
    const { problems } = await failure(renderer().render(withTemplate('\n{{ fail "no such luck" }}'), 'prod'))
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'HELM_FAILED',
        file: OVERLAY,
        line: 2,
        column: 3,
        message:
          'helm cannot render the chart web for prod: execution error at (web/templates/t.yaml:2:3): no such luck.',
      }),
    ])
  })

  test.each([
    ['in its values', '', { 'values.yaml': 'db: {password: hunter2hunter2}\n' }],
    ['in place', 'valuesInline: {db: {password: hunter2hunter2}}', {}],
    ['in a file', 'valuesFile: v.yaml', { '../../v.yaml': 'db: {password: hunter2hunter2}\n' }],
    ['in place, with debug', 'debug: true, valuesInline: {db: {password: hunter2hunter2}}', {}],
  ])('never tells a value that looks like a secret: %s', async (_, fields, files) => {
    const template = '{{ fail (printf "wrong: %s, %s" .Values.db.password (.Values.db.password | b64enc)) }}'
    const chart = {
      'templates/a.yaml': 'kind: A\nx: {{ .Values.db.password }}\n',
      'templates/t.yaml': template,
      ...files,
    }
    const own = Object.entries(placed('prod/charts/web', sampleChart('web', '1.0.0', chart)))
    const tree = memoryTree({
      [OVERLAY]: `helmCharts: [{name: web, ${fields}}]`,
      ...Object.fromEntries(own.map(([path, content]) => [join(path), content])),
    })
    const { problems } = await failure(renderer().render(tree, 'prod'))
    expect(problems[0]?.message).toContain('wrong: ***, ***')
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|aHVudGVy/)
  })

  test('that lacks what it depends on says so', async () => {
    const chart = sampleChart('web', '1.0.0', {
      'Chart.yaml':
        'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.0.0, repository: "https://charts.example.com"}]\n',
    })
    const tree = memoryTree({ [OVERLAY]: 'helmCharts: [{name: web}]', ...placed('prod/charts/web', chart) })
    const [problem] = (await failure(renderer().render(tree, 'prod'))).problems
    expect(problem).toMatchObject({
      code: 'HELM_FAILED',
      message: expect.stringMatching(/missing in charts\/ directory: redis/),
    })
  })

  test.each([
    ['reads no environment', '{{ env "PATH" }}', /function "env" not defined/],
    ['reads no file outside', 'a: {{ .Files.Get "../../../../../etc/passwd" | quote }}', undefined],
    ['lists no file outside', 'a: {{ range $path, $_ := .Files.Glob "/**" }}{{ $path }}{{ end }}', undefined],
    ['asks no name server', 'a: {{ getHostByName "localhost" | quote }}', undefined],
  ])('%s', async (_, action, words) => {
    const template = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  ${action}\n`
    const work = renderer().render(withTemplate(template), 'prod')
    if (words) expect((await failure(work)).problems[0]?.message).toMatch(words)
    else expect((await work).text).not.toMatch(/root:|127\.0\.0\.1|etc/)
  })

  test.each([
    ['runs without end', '{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}', /^KUSTOMIZE_TIMEOUT$/],
    ['takes memory without end', '{{ repeat 2000000000 "x" }}', /^KUSTOMIZE_MEMORY$/],
    ['calls itself without end', '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', /^HELM_FAILED$/],
  ])('that %s is stopped, and nothing is left of it', async (_, template, code) => {
    const limits = { timeoutMs: 4_000 }
    const error = await failure(renderer({ limits }).render(withTemplate(template), 'prod'))
    expect(error.code).toMatch(code)
    expect(readdirSync(join(scratch.path, 'builds'))).toEqual([])
    expect(processesOf(scratch.path)).toEqual([])
  })

  test('that makes something up every time has the same digest every time, and what it makes up is named', async () => {
    const template = [
      'apiVersion: v1',
      'kind: Secret',
      'metadata: {name: made-up, annotations: {salt: {{ randAlphaNum 8 | quote }}}}',
      'stringData: {password: {{ randAlphaNum 20 | quote }}, user: ann}',
      '---',
      'apiVersion: v1',
      'kind: Pod',
      'metadata: {name: test-{{ randAlphaNum 8 | lower }}}',
      '',
    ].join('\n')
    const [one, other] = await Promise.all([1, 2].map(() => renderer().render(withTemplate(template), 'prod')))
    if (!one || !other) throw new Error('nothing was rendered')
    expect(one.text).not.toBe(other.text)
    expect(one.digest).toBe(other.digest)
    expect(unstableLabels(one.manifests, one.unstable ?? [])).toEqual([
      expect.stringMatching(/^Pod\/test-\w+ \.metadata\.name$/),
      'Secret/made-up .metadata.annotations.salt',
      'Secret/made-up .stringData.password',
    ])
  })

  test('that only could make something up is told from one that does', async () => {
    const template =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: {{ keys .Values | sortAlpha | join "," }}}\n'
    expect(await renderer().render(withTemplate(template), 'prod')).not.toHaveProperty('unstable')
  })
})

describe('helm', () => {
  test('that is nowhere is missed with the remedy, only by overlays with charts', async () => {
    const without = renderer({ helm: '/nonexistent/helm' })
    const tree = memoryTree({
      [OVERLAY]: 'helmCharts: [{name: web}]',
      'plain/kustomization.yaml': 'configMapGenerator: [{name: a, literals: [b=c]}]',
      ...placed('prod/charts/web', sampleChart('web', '1.0.0')),
    })
    expect((await without.render(tree, 'plain')).text).toContain('b: c')
    const error = await failure(without.render(tree, 'prod'))
    expect(error).toMatchObject({ code: 'HELM_MISSING', kind: 'unreachable' })
    expect(error.problems[0]?.remedy).toMatch(/HELM_BIN/)
  })

  test('is the one named, else the one on PATH, else the one in the cache', async () => {
    const fake = (name: string, version: string) => {
      writeFileSync(join(scratch.path, name), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 })
      return join(scratch.path, name)
    }
    const named = fake('named', 'v3.1.0')
    expect(await findHelm(named, {})).toEqual({ command: named, version: 'helm v3.1.0' })
    expect(await findHelm(undefined, { HELM_BIN: named })).toMatchObject({ command: named })
    const onPath = fake('helm', 'v4.0.1+g123')
    expect(await findHelm(undefined, { PATH: `/nonexistent:${scratch.path}` })).toEqual({
      command: onPath,
      version: 'helm v4.0.1+g123',
    })
    fake('helm', 'v2.17.0')
    await expect(findHelm(undefined, { PATH: scratch.path, LOCKSTEP_CACHE: scratch.path })).rejects.toMatchObject({
      code: 'HELM_MISSING',
    })
  })
})
