import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { JsonObject } from '../../src/model/json.ts'
import type { Health } from '../../src/model/target-status.ts'
import { objectHealth, worstHealth } from '../../src/reconcile/health/health.ts'

const DIRECTORY = new URL('../fixtures/live/', import.meta.url)

const EXPECTED: Record<string, Health> = {
  'deployment-available': 'Healthy',
  'deployment-behind-its-spec': 'Progressing',
  'deployment-never-seen': 'Progressing',
  'deployment-scaled-to-zero': 'Healthy',
  'deployment-rolling': 'Progressing',
  'deployment-old-replicas-left': 'Progressing',
  'deployment-deadline-exceeded': 'Degraded',
  'deployment-paused': 'Suspended',
  'deployment-being-deleted': 'Progressing',
  'statefulset-current': 'Healthy',
  'statefulset-updating': 'Progressing',
  'statefulset-partition-reached': 'Healthy',
  'statefulset-partition-not-reached': 'Progressing',
  'statefulset-on-delete': 'Healthy',
  'daemonset-everywhere': 'Healthy',
  'daemonset-on-some-nodes': 'Progressing',
  'daemonset-never-seen': 'Progressing',
  'replicaset-complete': 'Healthy',
  'replicaset-cannot-make-pods': 'Degraded',
  'job-complete': 'Healthy',
  'job-started': 'Progressing',
  'job-failed': 'Degraded',
  'job-suspended': 'Suspended',
  'cronjob-never-ran': 'Healthy',
  'cronjob-succeeded': 'Healthy',
  'cronjob-running': 'Healthy',
  'cronjob-last-run-failed': 'Degraded',
  'cronjob-suspended': 'Healthy',
  'pod-ready': 'Healthy',
  'pod-running-not-ready': 'Progressing',
  'pod-succeeded': 'Healthy',
  'pod-failed': 'Degraded',
  'pod-crash-loop': 'Degraded',
  'pod-image-missing': 'Degraded',
  'pod-creating': 'Progressing',
  'claim-bound': 'Healthy',
  'claim-pending': 'Progressing',
  'claim-lost': 'Degraded',
  'service-cluster-ip': 'Healthy',
  'service-load-balancer-without-address': 'Healthy',
  'service-load-balancer-new': 'Progressing',
  'ingress-without-address': 'Healthy',
  'autoscaler-scaling': 'Healthy',
  'autoscaler-without-metrics': 'Degraded',
  'autoscaler-disabled': 'Healthy',
  'budget-sufficient': 'Healthy',
  'budget-insufficient-pods': 'Healthy',
  'budget-sync-failed': 'Degraded',
  'budget-never-seen': 'Progressing',
  'definition-established': 'Healthy',
  'definition-installing': 'Progressing',
  'definition-names-taken': 'Degraded',
  'definition-new': 'Progressing',
  configmap: 'Healthy',
  'custom-ready': 'Healthy',
  'custom-not-ready': 'Progressing',
  'custom-stalled': 'Degraded',
  'custom-reconciling': 'Progressing',
  'custom-behind-its-spec': 'Progressing',
  'custom-without-conditions': 'Healthy',
}

describe('health of a live object', () => {
  test.each(Object.entries(EXPECTED))('%s is %s', (name, expected) => {
    const object = parse(readFileSync(new URL(`${name}.yaml`, DIRECTORY), 'utf8')) as JsonObject
    const { health, message } = objectHealth(object)
    expect(health).toBe(expected)
    expect(message === '').toBe(expected === 'Healthy')
  })

  test('every recorded object has its verdict here', () => {
    const files = readdirSync(DIRECTORY).map((name) => name.replace('.yaml', ''))
    expect(files.sort()).toEqual(Object.keys(EXPECTED).sort())
  })
})

test.each<[Health[], Health]>([
  [[], 'Healthy'],
  [['Healthy', 'Suspended'], 'Suspended'],
  [['Progressing', 'Suspended'], 'Progressing'],
  [['Missing', 'Progressing'], 'Missing'],
  [['Missing', 'Degraded', 'Healthy'], 'Degraded'],
  [['Unknown', 'Degraded'], 'Unknown'],
])('%j together are %s', (healths, expected) => {
  expect(worstHealth(healths)).toBe(expected)
})
