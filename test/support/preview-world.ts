import { createHash } from 'node:crypto'
import type { GateReason } from '../../src/model/gate.ts'
import type { Fingerprint, IgnoredDrift } from '../../src/model/ignored-drift.ts'
import type { TargetStatus } from '../../src/model/target-status.ts'
import type { PreviewPorts } from '../../src/preview/ports.ts'
import { MemoryMirror, MemoryRepository, pullRequest } from './memory-repository.ts'
import { renderFiles } from './render-files.ts'

export const HEAD = 'a'.repeat(40)
export const BASE = 'b'.repeat(40)

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - name: dev
    cluster: dev
    drift: { pullRequests: warn }
  - name: prod
    after: [dev]
    cluster: prod
    drift: { policy: report }
`

/** Anybody could make the same: good enough where nothing is to be hidden. */
export const testFingerprint: Fingerprint = (text) => createHash('sha256').update(text).digest('hex')

/** Two applications in two environments, each a Deployment of its own and a base they share. */
export function shopFiles(change: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const files: Record<string, string | undefined> = { '.lockstep.yaml': CONFIG, 'README.md': 'shop\n' }
  for (const application of ['checkout', 'search']) {
    files[`apps/${application}/base/kustomization.yaml`] = 'resources: [service.yaml]\n'
    files[`apps/${application}/base/service.yaml`] = objectText('Service', 'v1', application, '{}')
    for (const environment of ['dev', 'prod']) {
      const overlay = `apps/${application}/overlays/${environment}`
      files[`${overlay}/kustomization.yaml`] = 'resources: [../../base, deployment.yaml]\n'
      files[`${overlay}/deployment.yaml`] = deploymentText(application, 2)
    }
  }
  return Object.fromEntries(Object.entries({ ...files, ...change }).filter(([, text]) => text !== undefined)) as Record<
    string,
    string
  >
}

export function deploymentText(name: string, replicas: number): string {
  return objectText('Deployment', 'apps/v1', name, `{ replicas: ${replicas} }`)
}

export function objectText(kind: string, apiVersion: string, name: string, spec: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec: ${spec}\n`
}

/** A pull request #7 whose head makes `change` to the shop; every port in memory, the clock at 14:10. */
export function previewWorld(change: Readonly<Record<string, string | undefined>>) {
  const repository = new MemoryRepository()
  const mirror = new MemoryMirror()
  const renderer = renderFiles()
  const statuses: TargetStatus[] = []
  const promotion: GateReason[] = []
  const ignored: IgnoredDrift[] = []
  mirror.commit(BASE, shopFiles(), 'main')
  mirror.commit(HEAD, shopFiles(change))
  repository.pullRequests.push(pullRequest())
  const ports: PreviewPorts = {
    repository: repository.port(),
    mirror: mirror.port(),
    renderer,
    statusBoard: { list: async () => statuses },
    promotionGates: async () => promotion,
    changeGates: async () => [],
    ignoredDrift: async () => ignored,
    fingerprint: testFingerprint,
    clock: () => new Date('2026-11-20T14:10:00Z'),
  }
  return { repository, mirror, renderer, statuses, promotion, ignored, ports }
}

/** What a worker saw of a target ten seconds ago: in sync and healthy, unless told otherwise. */
export function targetStatus(
  application: string,
  environment: string,
  change: Partial<TargetStatus> = {},
): TargetStatus {
  return {
    target: { application, environment, cluster: environment },
    revision: BASE,
    sync: 'Synced',
    health: 'Healthy',
    drift: [],
    problems: [],
    observedAt: '2026-11-20T14:09:50Z',
    ...change,
  }
}

export const SCALED = {
  object: 'Deployment/checkout',
  path: '.spec.replicas',
  desired: '6',
  live: '8',
  manager: 'kubectl-scale',
  since: '2026-11-20T14:09:55Z',
}
