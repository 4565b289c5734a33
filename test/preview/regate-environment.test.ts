import { expect, test } from '@jest/globals'
import { previewMergeGroup } from '../../src/preview/preview-merge-group.ts'
import { previewPullRequest } from '../../src/preview/preview-pull-request.ts'
import { regateEnvironment } from '../../src/preview/regate-environment.ts'
import { pullRequest } from '../support/memory-repository.ts'
import { BASE, deploymentText, previewWorld, shopFiles, targetStatus } from '../support/preview-world.ts'

const signal = new AbortController().signal
const CHANGE = { 'apps/checkout/overlays/prod/deployment.yaml': deploymentText('checkout', 5) }
const FROZEN = { code: 'FROZEN', verdict: 'waits', message: 'prod is frozen.' } as const
const WAITING = { code: 'APPROVALS_WAIT', verdict: 'waits', message: 'One more approval.' } as const
const sha = (number: number) => String(number).repeat(40)

test('when a freeze begins, green gates turn red before those that are red already, and what stands in a merge queue first', async () => {
  const world = previewWorld(CHANGE)
  world.statuses.push(targetStatus('checkout', 'prod'))
  world.repository.pullRequests.splice(0)
  for (const number of [1, 2, 3, 4, 5]) {
    world.mirror.commit(sha(number), shopFiles(CHANGE))
    const head = { ref: `lockstep/promote/prod/a${number}`, sha: sha(number), fork: false }
    world.repository.pullRequests.push(pullRequest({ number, head }))
  }
  const queue = { name: `gh-readonly-queue/main/pr-4-${BASE}`, sha: sha(6) }
  world.mirror.commit(queue.sha, shopFiles(CHANGE), queue.name)
  Object.assign(world.ports.mirror, { log: async () => [], isAncestor: async () => false })
  world.repository.queueBranches = [queue]
  let frozen = false
  const ports = {
    ...world.ports,
    promotionGates: async ({ number }: { readonly number: number }) =>
      frozen ? [FROZEN] : number % 2 > 0 ? [WAITING] : [],
  }
  for (const { number } of world.repository.pullRequests) await previewPullRequest(ports, number, signal)
  await previewMergeGroup(ports, { branch: queue.name, headSha: queue.sha, baseSha: BASE }, signal)
  const before = world.repository.runs.length
  frozen = true
  await regateEnvironment(ports, 'prod', signal)
  const gates = world.repository.runs.slice(before).filter(({ name }) => name === 'lockstep/gate')
  expect(gates.map(({ headSha }) => headSha)).toEqual([6, 2, 4, 1, 3, 5].map(sha))
  expect(gates.every(({ conclusion }) => conclusion === 'action_required')).toBe(true)
})
