import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { parseOperatorFile } from '../../src/config/parse-operator-file.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { useControlPlane } from '../support/control-plane.ts'
import { at } from '../support/kubernetes-objects.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url))
const VARIANTS = ['.', 'cluster-worker']
const plane = useControlPlane()
const rendered = new Map<string, JsonObject[]>()
let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lockstep-deploy-'))
  await cp(DEPLOY, directory, { recursive: true })
  const kustomize = await kustomizeForTests()
  for (const variant of VARIANTS) {
    const folder = join(directory, variant)
    await cp(join(folder, 'secrets.env.example'), join(folder, 'secrets.env'))
    await writeFile(join(folder, 'private-key.pem'), 'a key')
    const text = execFileSync(kustomize, ['build', folder], { encoding: 'utf8' })
    rendered.set(
      variant,
      parseAllDocuments(text).map((document) => document.toJS()),
    )
  }
  const metadata = { name: 'lockstep-system', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } }
  await plane.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata }, { fieldManager: 'test' })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => rm(directory, { recursive: true, force: true }))

const objects = (variant: string) => rendered.get(variant) ?? []
const deployments = (variant: string) => objects(variant).filter(({ kind }) => kind === 'Deployment')
const containers = (variant: string) =>
  deployments(variant).flatMap((one) => at(one, 'spec', 'template', 'spec', 'containers') as JsonObject[])

describe.each(VARIANTS)('deploy/%s', (variant) => {
  test('every object is one that the API server takes', async () => {
    for (const object of objects(variant)) {
      await plane.cluster.apply(object, { fieldManager: 'test', dryRun: true, force: true })
    }
  })

  test('Pods are let into a namespace that allows only restricted ones', async () => {
    for (const deployment of deployments(variant)) {
      const { metadata, spec } = at(deployment, 'spec', 'template') as { metadata: JsonObject; spec: JsonObject }
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: 'x', namespace: 'lockstep-system' },
        spec,
      }
      await plane.cluster.create(pod, { fieldManager: 'test', dryRun: true })
      const rooted = { ...pod, spec: { ...spec, securityContext: {} } }
      await expect(plane.cluster.create(rooted, { fieldManager: 'test', dryRun: true })).rejects.toMatchObject({
        message: expect.stringContaining('restricted'),
      })
    }
  })

  test('containers write to no file system of their image, and have limits', () => {
    expect(containers(variant).length).toBeGreaterThan(0)
    for (const container of containers(variant)) {
      expect(at(container, 'securityContext', 'readOnlyRootFilesystem')).toBe(true)
      expect(at(container, 'resources', 'limits', 'memory')).toBeDefined()
    }
  })

  test('what runs is a command that there is, configured by a file that is valid', async () => {
    const names = COMMANDS.map(({ name }) => name)
    const ours = containers(variant).filter(({ image }) => String(image).startsWith('lockstep:'))
    for (const container of ours) expect(names).toContain(at(container, 'args', 0))
    const text = await readFile(join(directory, variant, 'operator.yaml'), 'utf8')
    const { clusters } = parseOperatorFile(text, '/etc/lockstep/operator.yaml')
    const held = ours.flatMap(({ args }) => (at(args, 1) === '--cluster' ? [at(args, 2)] : []))
    expect(clusters.map(({ name }) => name)).toEqual(expect.arrayContaining(held))
  })

  test('no role has a wildcard', () => {
    const rules = objects(variant).flatMap(({ rules }) => (rules ?? []) as JsonObject[])
    expect(rules.length).toBeGreaterThan(0)
    expect(JSON.stringify(rules)).not.toContain('"*"')
  })
})

test('the worker inside a cluster comes without server and Redis, and takes the address of Redis from its secrets', () => {
  expect(deployments('cluster-worker').map((one) => at(one, 'metadata', 'name'))).toEqual(['lockstep-worker'])
  const [worker] = containers('cluster-worker')
  expect(at(worker, 'args', 1)).toBe('--cluster')
  const variables = at(worker, 'env') as { name: string; valueFrom?: { secretKeyRef: { name: string } } }[]
  const secret = objects('cluster-worker').find(({ kind }) => kind === 'Secret')
  const redis = variables.filter(({ name }) => name === 'REDIS_URL')
  expect(redis.map(({ valueFrom }) => valueFrom?.secretKeyRef.name)).toEqual([at(secret, 'metadata', 'name')])
})

test('the compose file runs the same commands with as few rights', async () => {
  const compose = parse(await readFile(join(DEPLOY, 'compose.yaml'), 'utf8'), { merge: true })
  expect(Object.keys(compose.services)).toEqual(['server', 'worker', 'redis'])
  for (const service of Object.values<Record<string, unknown>>(compose.services)) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], user: expect.stringMatching(/^[1-9]/) })
  }
  const [redis] = deployments('.').filter((one) => at(one, 'metadata', 'name') === 'lockstep-redis')
  const container = at(redis, 'spec', 'template', 'spec', 'containers', 0)
  expect(compose.services.redis.image).toBe(at(container, 'image'))
  expect(compose.services.redis.command.slice(1)).toEqual(at(container, 'args'))
  expect([compose.services.server.command, compose.services.worker.command]).toEqual([['serve'], ['worker']])
})
