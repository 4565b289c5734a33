import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type ChartRegistry, startChartRegistry } from '../support/chart-registry.ts'
import { type ChartRepositoryServer, sampleChart, startChartRepository } from '../support/chart-repository.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { HELM_SETUP_MS, helmForTests } from '../support/helm.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runCommand } from '../support/run-command.ts'

const PROD = 'apps/web/prod/kustomization.yaml'
let env: Record<string, string>
let site: ChartRepositoryServer
let registry: ChartRegistry
let scratch: ReturnType<typeof temporaryDirectory>
let clone: TestRepository

beforeAll(async () => {
  const [kustomize, helm] = await Promise.all([kustomizeForTests(), helmForTests()])
  const { HOME = '', PATH = '' } = process.env
  env = { KUSTOMIZE_BIN: kustomize, HELM_BIN: helm, HOME, PATH }
  Object.assign(process.env, { KUSTOMIZE_BIN: kustomize, HELM_BIN: helm })
  ;[site, registry] = await Promise.all([startChartRepository(), startChartRegistry()])
  for (const version of ['1.0.0', '1.1.0']) {
    site.add('redis', version)
    registry.add('acme', 'redis', version)
  }
}, KUSTOMIZE_SETUP_MS + HELM_SETUP_MS)
afterAll(() => Promise.all([site.stop(), registry.stop()]))

beforeEach(() => {
  scratch = temporaryDirectory()
  clone = createRepository(join(scratch.path, 'clone'))
  clone.commit('start', {
    '.lockstep.yaml':
      'version: 1\noverlays: apps/{app}/{environment}\nenvironments:\n  - { name: prod, cluster: prod }\n',
    [PROD]: kustomization(site.url, '1.0.0'),
  })
})
afterEach(() => scratch.remove())

function kustomization(repo: string, version: string, more = ''): string {
  return `helmCharts:\n  - name: redis\n    repo: ${repo}\n    version: ${version}\n    releaseName: web\n${more}`
}

/** With an operator's file of just these lines. */
function lockstep(words: readonly string[], lines?: string) {
  const config = join(scratch.path, 'operator.yaml')
  if (lines !== undefined) writeFileSync(config, `data: ${join(scratch.path, 'data')}\n${lines}\n`)
  const named = lines === undefined ? {} : { LOCKSTEP_CONFIG: config }
  return runCommand([...words, '--repo', clone.path], { env: { ...env, ...named, XDG_CACHE_HOME: scratch.path } })
}

const render = (lines?: string) => lockstep(['render', '--app', 'web', '--env', 'prod'], lines)

describe('lockstep render', () => {
  test('refuses a chart that the operator has not listed, with file, line and what to add', async () => {
    const { code, stderr } = await render()
    expect(code).toBe(1)
    expect(stderr).toContain(`${PROD}:2:5 CHART_REFUSED`)
    expect(stderr).toContain(`charts: [${site.url}]`)
    expect((await render('charts: [https://charts.example.com]')).stderr).toContain('CHART_REFUSED')
  })

  test('prints it once the operator has added exactly that line', async () => {
    const [line = ''] = /charts: \[[^\]]*\]/.exec((await render()).stderr) ?? []
    const { code, stdout, stderr } = await render(line)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('version: 1.0.0')
  })

  test('prints a chart of a registry', async () => {
    clone.write({ [PROD]: kustomization(`${registry.oci}/acme`, '~1') })
    const { code, stdout } = await render(`charts: ["${registry.oci}/*"]`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('version: 1.1.0') })
  })

  test('prints a chart of the clone without an operator', async () => {
    const chart = Object.entries(sampleChart('redis', '3.0.0')).map(([path, text]) => [
      `apps/web/prod/charts/redis/${path}`,
      text,
    ])
    clone.write({ [PROD]: 'helmCharts: [{name: redis}]', ...Object.fromEntries(chart) })
    expect(await render()).toMatchObject({ code: 0, stdout: expect.stringContaining('version: 3.0.0') })
  })
})

describe('lockstep diff', () => {
  const diff = async () => {
    const { code, stdout, stderr } = await lockstep(
      ['diff', '--base', 'main', '--format', 'json'],
      `charts: [${site.url}]`,
    )
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout)
  }

  test('shows what a chart’s new version changes', async () => {
    clone.write({ [PROD]: kustomization(site.url, '1.1.0') })
    expect((await diff()).overlays).toEqual([
      expect.objectContaining({
        status: 'changed',
        facts: [
          expect.objectContaining({
            object: 'ConfigMap/web-redis',
            path: '.data.version',
            before: '1.0.0',
            after: '1.1.0',
          }),
        ],
      }),
    ])
  })

  test('shows what the values change', async () => {
    clone.write({ [PROD]: kustomization(site.url, '1.0.0', '    valuesInline: { greeting: good evening }\n') })
    const [overlay] = (await diff()).overlays
    expect(overlay.facts).toEqual([
      expect.objectContaining({ path: '.data.greeting', before: 'hello', after: 'good evening' }),
    ])
  })

  test('shows no change of what a chart makes up every time', async () => {
    const template =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: {{ randAlphaNum 20 | quote }}}\n'
    site.add('vault', '1.0.0', { files: sampleChart('vault', '1.0.0', { 'templates/s.yaml': template }) })
    const charts = (greeting: string) =>
      `helmCharts: [{name: vault, repo: "${site.url}", version: 1.0.0, valuesInline: {greeting: ${greeting}}}]\n`
    clone.commit('vault', { [PROD]: charts('one') })
    clone.write({ [PROD]: charts('two') })
    const [overlay] = (await diff()).overlays
    expect(overlay.facts).toEqual([
      expect.objectContaining({ object: 'ConfigMap/release-name-vault', path: '.data.greeting' }),
    ])
    const markdown = await lockstep(['diff', '--base', 'main', '--format', 'markdown'], `charts: [${site.url}]`)
    expect(markdown.stdout).toMatch(
      /renders differently every time, so this is not compared: `Secret\/s \.stringData\.password`/,
    )
  })
})
