import { expect, test } from '@jest/globals'
import { memoryTree } from '../../src/model/tree.ts'
import type { ReconcilePorts } from '../../src/reconcile/ports.ts'
import { dispatchTargets } from '../../src/reconcile/targets/dispatch-targets.ts'

test('a repository without a configuration has nothing to deploy, which is no failure', async () => {
  const newest = async () => ({ revision: 'a'.repeat(40), tree: memoryTree({ 'README.md': 'notes\n' }) })
  const ports = { source: async () => ({ newest }) } as unknown as ReconcilePorts
  expect(await dispatchTargets(ports, { installation: 1, owner: 'acme', name: 'notes' })).toEqual([])
})
