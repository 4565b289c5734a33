import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { runCli } from '../../src/cli/frame.ts'
import { parseRemoteUrl } from '../../src/cli/reconcile/repository-ref.ts'
import type { ResourceKey } from '../../src/model/resource-key.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { compileSchema } from '../support/diff-schema.ts'
import { eventually } from '../support/eventually.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { at } from '../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { configMapYaml, namespaceYaml } from '../support/yaml-objects.ts'

const plane = useControlPlane()
const directory = temporaryDirectory()
let clone: TestRepository
beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
  clone = createRepository(`${directory.path}/shop`)
  clone.git('remote', 'add', 'origin', 'https://github.example/acme/shop.git')
  clone.commit('first', {
    '.lockstep.yaml': [
      'version: 1',
      'overlays: apps/{app}/overlays/{environment}',
      'environments:',
      '  - { name: dev, cluster: dev, drift: { policy: report } }',
      '  - { name: prod, clusters: [eu, us] }',
      '',
    ].join('\n'),
    'apps/checkout/overlays/dev/kustomization.yaml': 'resources: [n.yaml, a.yaml]\n',
    'apps/checkout/overlays/dev/n.yaml': namespaceYaml('checkout'),
    'apps/checkout/overlays/dev/a.yaml': configMapYaml('a', 'checkout', { mode: 'one' }),
    'apps/cart/overlays/dev/kustomization.yaml': 'resources: [a.yaml]\n',
    'apps/cart/overlays/dev/a.yaml': configMapYaml('cart', 'default', { mode: 'one' }),
    'apps/cart/overlays/prod/kustomization.yaml': 'resources: [a.yaml]\n',
    'apps/cart/overlays/prod/a.yaml': configMapYaml('cart', 'default', { mode: 'one' }),
  })
}, KUSTOMIZE_SETUP_MS)
afterAll(directory.remove)

const KEY: ResourceKey = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'checkout', name: 'a' }

async function lockstep(words: readonly string[], signal = AbortSignal.timeout(60_000)) {
  let out = ''
  let err = ''
  const stdout = (text: string) => {
    out += text
  }
  const stderr = (text: string) => {
    err += text
  }
  const around = { cwd: clone.path, env: {}, stdout, stderr, signal, version: '0' }
  const code = await runCli(COMMANDS, words, around)
  return { code, out, err, json: () => JSON.parse(out) }
}

function expectSchema(command: string, document: unknown): void {
  const validate = compileSchema(command)
  expect([validate(document), validate.errors]).toEqual([true, null])
}

const cluster = () => ['--kubeconfig', plane.local.kubeconfig]
const onDev = (command: string, ...more: string[]) =>
  lockstep([command, '--env', 'dev', '--app', 'checkout', ...cluster(), ...more])

describe('lockstep reconcile', () => {
  test('a dry run tells and changes nothing; a run applies; another has nothing to do', async () => {
    const dry = await onDev('reconcile', '--dry-run', '--format', 'json')
    expect(dry).toMatchObject({ code: 0, err: '' })
    expect(dry.json()).toMatchObject({ created: 2, requests: { patch: 0 } })
    expect(await plane.cluster.get(KEY)).toBeUndefined()

    const run = await onDev('reconcile', '--format', 'json')
    expect(run.code).toBe(0)
    const document = run.json()
    for (const each of [dry.json(), document]) expectSchema('reconcile', each)
    expect(document).toMatchObject({
      revision: clone.git('rev-parse', 'HEAD'),
      created: 2,
      configured: 0,
      unchanged: 0,
      deleted: 0,
      skipped: 0,
      failed: 0,
      drift: [],
      health: 'Healthy',
    })
    expect(document.requests).toMatchObject({
      get: expect.any(Number),
      list: expect.any(Number),
      inventory: expect.any(Number),
    })
    expect(Object.keys(document.milliseconds).sort()).toEqual(['engine', 'render', 'total'])

    const again = await onDev('reconcile', '--format', 'json')
    expect(again.json()).toMatchObject({ created: 0, unchanged: 2, requests: { patch: 0, dryRun: 0, delete: 0 } })
  })

  test('takes the files as they are, or a ref', async () => {
    const path = 'apps/checkout/overlays/dev/a.yaml'
    clone.write({ [path]: configMapYaml('a', 'checkout', { mode: 'two' }) })
    const run = await onDev('reconcile')
    expect(run.out).toMatch(/configured +ConfigMap\/a in checkout/)
    expect(at(await plane.cluster.get(KEY), 'data', 'mode')).toBe('two')
    await onDev('reconcile', '--ref', 'main')
    expect(at(await plane.cluster.get(KEY), 'data', 'mode')).toBe('one')
    clone.git('checkout', '--quiet', '--', '.')
  })

  test('without --app it works on every application of the environment', async () => {
    const run = await lockstep(['reconcile', '--env', 'dev', ...cluster(), '--format', 'json'])
    expect(run.json().targets).toMatchObject([{ application: 'cart' }, { application: 'checkout' }])
  })

  test('follows the files and heals drift until it is told to stop', async () => {
    const stop = new AbortController()
    const running = lockstep(
      ['reconcile', '--env', 'dev', '--app', 'checkout', ...cluster(), '--watch', '--heal'],
      stop.signal,
    )
    const mode = async () => at(await plane.cluster.get(KEY), 'data', 'mode')
    clone.write({ 'apps/checkout/overlays/dev/a.yaml': configMapYaml('a', 'checkout', { mode: 'three' }) })
    await eventually(async () => (await mode()) === 'three')
    clone.git('checkout', '--quiet', '--', '.')
    await eventually(async () => (await mode()) === 'one')
    stop.abort()
    expect((await running).code).toBe(0)
  })

  test.each([
    ['an environment that is not declared', ['--env', 'dve'], 2, 'ENVIRONMENT_UNKNOWN'],
    ['several clusters and none named', ['--env', 'prod'], 2, 'CLUSTER_AMBIGUOUS'],
    ['a cluster the environment does not have', ['--env', 'prod', '--cluster', 'asia'], 2, 'CLUSTER_NOT_THERE'],
    ['an application that is not there', ['--env', 'dev', '--app', 'checkuot'], 2, 'APP_UNKNOWN'],
    ['a timeout that is no number', ['--env', 'dev', '--timeout', 'soon'], 2, 'OPTION_INVALID'],
    ['a repository that is none', ['--env', 'dev', '--repository', 'shop'], 2, 'OPTION_INVALID'],
  ])('%s is refused', async (_title, words, code, problem) => {
    const run = await lockstep(['reconcile', ...words, ...cluster()])
    expect(run).toMatchObject({ code, out: '' })
    expect(run.err).toContain(problem)
  })

  test('a cluster that does not answer is exit 4, in JSON too', async () => {
    const kubeconfig = `${directory.path}/nobody.yaml`
    const cluster = '{ server: "https://127.0.0.1:1" }'
    writeFileSync(
      kubeconfig,
      `apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{ name: c, cluster: ${cluster} }]\nusers: [{ name: u, user: {} }]\ncontexts: [{ name: c, context: { cluster: c, user: u } }]\n`,
    )
    const run = await lockstep(['reconcile', '--env', 'dev', '--kubeconfig', kubeconfig, '--format', 'json'])
    expect(run.code).toBe(4)
    expect(run.json()).toMatchObject({ code: 'CLUSTER_UNREACHABLE', remedy: expect.any(String) })
  })
})

describe('lockstep drift', () => {
  test('exit 0 without drift, 3 with it, naming field, values and writer', async () => {
    await onDev('reconcile')
    expect(await onDev('drift')).toMatchObject({ code: 0, out: expect.stringContaining('no drift') })
    await plane.cluster.patch(KEY, { data: { mode: 'mine' } }, { fieldManager: 'kubectl-edit' })
    const run = await onDev('drift', '--format', 'json')
    expect(run.code).toBe(3)
    expectSchema('drift', run.json())
    expect(run.json().drift).toMatchObject([
      {
        object: 'ConfigMap/a',
        namespace: 'checkout',
        path: '.data.mode',
        desired: 'one',
        live: 'mine',
        manager: 'kubectl-edit',
      },
    ])
    expect((await onDev('drift')).out).toContain(
      'ConfigMap/a in checkout .data.mode: Git one, live mine by kubectl-edit',
    )
    const reported = await onDev('reconcile')
    expect(reported.code).toBe(1)
    expect(await onDev('reconcile', '--heal')).toMatchObject({ code: 0 })
    expect((await onDev('drift')).code).toBe(0)
  })

  test('names on request what is in its namespaces and nowhere in Git', async () => {
    const body = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stray', namespace: 'checkout' },
      data: { a: 'b' },
    }
    await plane.cluster.apply(body, { fieldManager: 'kubectl-create' })
    expect((await onDev('drift')).out).not.toContain('stray')
    const run = await onDev('drift', '--unmanaged', '--format', 'json')
    expect(run.code).toBe(0)
    expectSchema('drift', run.json())
    const [target] = run.json().targets
    expect(target.unmanaged).toEqual([
      { object: 'ConfigMap/stray', namespace: 'checkout', since: expect.any(String), manager: 'kubectl-create' },
    ])
    expect((await onDev('drift', '--unmanaged')).out).toContain('ConfigMap/stray in checkout by kubectl-create since')
    await plane.cluster.delete({ ...KEY, name: 'stray' })
  })

  test('what Git has new is pending, not drift', async () => {
    clone.write({ 'apps/checkout/overlays/dev/a.yaml': configMapYaml('a', 'checkout', { mode: 'next' }) })
    const run = await onDev('drift', '--format', 'json')
    clone.git('checkout', '--quiet', '--', '.')
    expect(run.code).toBe(0)
    expect(run.json()).toMatchObject({ drift: [], pending: [{ object: 'ConfigMap/a', verb: 'configured' }] })
  })
})

test.each([
  ['https://github.com/acme/shop.git', 'acme/shop'],
  ['https://token@github.com/acme/shop', 'acme/shop'],
  ['git@github.com:acme/shop.git', 'acme/shop'],
  ['ssh://git@github.example:2222/acme/shop.git', 'acme/shop'],
  ['https://git.example/group/acme/shop/', 'acme/shop'],
  ['http://127.0.0.1:8080/acme/shop.git', 'acme/shop'],
  ['/srv/shop.git', undefined],
  ['', undefined],
])('the repository behind %s', (url, expected) => {
  const ref = parseRemoteUrl(url)
  expect(ref && `${ref.owner}/${ref.name}`).toBe(expected)
})
