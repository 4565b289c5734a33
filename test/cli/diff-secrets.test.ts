import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { runCli } from '../../src/cli/frame.ts'
import { revealed } from '../support/canaries.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { deploymentText, shopFiles } from '../support/preview-world.ts'

const OVERLAY = 'apps/checkout/overlays/dev'
const directory = temporaryDirectory('lockstep-diff-secrets')
const before = process.env.KUSTOMIZE_BIN

beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
}, KUSTOMIZE_SETUP_MS)
afterAll(() => {
  if (before === undefined) delete process.env.KUSTOMIZE_BIN
  else process.env.KUSTOMIZE_BIN = before
  directory.remove()
})

test.each([
  'text',
  'json',
  'markdown',
])('a Secret that kustomize copies into other kinds stays hidden in %s', async (format) => {
  const repository = createRepository(join(directory.path, format))
  repository.commit('before', shopFiles(withPassword('cnry-before-pass')))
  repository.git('checkout', '--quiet', '-b', 'head')
  repository.commit('after', withPassword('cnry-after-pass'))
  const { code, stdout } = await diff(repository, format)
  expect(code).toBe(0)
  expect(stdout).toContain('DATABASE_URL')
  expect(revealed(stdout, 'cnry-')).toEqual([])
})

/** A generated Secret whose value replacements carry into a ConfigMap, an environment variable, part of an address and an annotation. */
function withPassword(password: string): Record<string, string> {
  const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, annotations: { note: x } }\n'
  const source = { kind: 'Secret', name: 'login', fieldPath: 'data.password' }
  const into = (kind: string, fieldPath: string, options?: object) => ({
    source,
    targets: [{ select: { kind }, fieldPaths: [fieldPath], options: { create: true, ...options } }],
  })
  return {
    [`${OVERLAY}/settings.yaml`]: `${settings}data: { DATABASE_URL: "postgres://shop:PASSWORD@db" }\n`,
    [`${OVERLAY}/deployment.yaml`]: deploymentText('checkout', 2),
    [`${OVERLAY}/kustomization.yaml`]: stringify({
      resources: ['../../base', 'deployment.yaml', 'settings.yaml'],
      secretGenerator: [{ name: 'login', literals: [`password=${password}`] }],
      replacements: [
        into('ConfigMap', 'data.copy'),
        into('ConfigMap', 'data.DATABASE_URL', { delimiter: ':', index: 2 }),
        into('ConfigMap', 'metadata.annotations.note'),
        into('Deployment', 'spec.template.metadata.annotations.password'),
      ],
    }),
  }
}

async function diff(repository: TestRepository, format: string) {
  let stdout = ''
  const code = await runCli(COMMANDS, ['diff', '--base', 'main', '--head', 'head', '--format', format], {
    version: '0',
    cwd: repository.path,
    env: {},
    stdout: (text) => {
      stdout += text
    },
    stderr: () => undefined,
    signal: new AbortController().signal,
  })
  return { code, stdout }
}
