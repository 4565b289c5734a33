import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ChartRepositoryServer, startChartRepository } from '../support/chart-repository.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { HELM_SETUP_MS, helmForTests } from '../support/helm.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runCommand } from '../support/run-command.ts'

const CONFIG = `version: 1
overlays: apps/{app}/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, cluster: staging, after: [dev] }
`
const STAGING = 'apps/web/staging/kustomization.yaml'
const temporary = temporaryDirectory('lockstep-promote-charts')
let site: ChartRepositoryServer
let clone: TestRepository
let env: Record<string, string>

beforeAll(async () => {
  const [kustomize, helm] = await Promise.all([kustomizeForTests(), helmForTests()])
  const { HOME = '', PATH = '' } = process.env
  const operator = join(temporary.path, 'operator.yaml')
  env = {
    KUSTOMIZE_BIN: kustomize,
    HELM_BIN: helm,
    HOME,
    PATH,
    XDG_CACHE_HOME: temporary.path,
    LOCKSTEP_CONFIG: operator,
  }
  Object.assign(process.env, { KUSTOMIZE_BIN: kustomize, HELM_BIN: helm })
  site = await startChartRepository()
  for (const version of ['1.0.0', '1.1.0']) site.add('redis', version)
  writeFileSync(operator, `data: ${join(temporary.path, 'data')}\ncharts: [${site.url}]\n`)
  clone = createRepository(join(temporary.path, 'clone'))
}, KUSTOMIZE_SETUP_MS + HELM_SETUP_MS)
afterAll(async () => {
  await site.stop()
  temporary.remove()
})

const lockstep = (...words: string[]) => runCommand([...words, '--repo', clone.path], { env })
const text = (version: string, tag: string, greeting: string) =>
  `helmCharts:
  - name: redis # cache
    repo: ${site.url}
    version: "${version}"
    releaseName: web
    valuesInline: { greeting: ${greeting} }
images:
  - { name: web, newTag: ${tag} }
`

test('a chart and the image that goes with it move together, and kustomize and helm render the new version with own values', async () => {
  clone.commit('start', {
    '.lockstep.yaml': CONFIG,
    'apps/web/dev/kustomization.yaml': text('1.1.0', 'v2', 'hi'),
    [STAGING]: text('1.0.0', 'v1', 'good evening'),
  })
  const rendered = async () => (await lockstep('render', '--app', 'web', '--env', 'staging')).stdout
  expect(await rendered()).toContain('version: 1.0.0')
  const { code, stdout } = await lockstep('promote', '--app', 'web', '--to', 'staging', '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout).carried).toMatchObject([
    { path: 'images[name=web].newTag', before: 'v1', after: 'v2' },
    { path: 'helmCharts[name=redis].version', before: '1.0.0', after: '1.1.0' },
  ])
  expect(readFileSync(join(clone.path, STAGING), 'utf8')).toBe(text('1.1.0', 'v2', 'good evening'))
  const after = await rendered()
  expect([after.includes('version: 1.1.0'), after.includes('good evening')]).toEqual([true, true])
})
