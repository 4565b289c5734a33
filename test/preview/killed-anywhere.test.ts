import { describe, expect, test } from '@jest/globals'
import type { CheckReport } from '../../src/model/github.ts'
import type { PreviewPorts } from '../../src/preview/ports.ts'
import { previewPullRequest } from '../../src/preview/preview-pull-request.ts'
import { deploymentText, previewWorld } from '../support/preview-world.ts'

const signal = new AbortController().signal
const CHANGES = {
  'apps/checkout/overlays/dev/deployment.yaml': deploymentText('checkout', 5),
  'apps/search/overlays/prod/deployment.yaml': deploymentText('search', 5),
}

/** Ports whose process is gone after so many writes: everything it still tries to write is lost. */
function dyingAfter(ports: PreviewPorts, writes: number): PreviewPorts {
  let left = writes
  const spend = () => {
    left -= 1
    if (left < 0) throw new Error('killed')
  }
  const { repository } = ports
  const checks = {
    ...repository.checks,
    publish: async (report: CheckReport) => {
      spend()
      return repository.checks.publish(report)
    },
  }
  const comments = {
    ...repository.comments,
    ensure: async (...wanted: Parameters<typeof repository.comments.ensure>) => {
      spend()
      return repository.comments.ensure(...wanted)
    },
  }
  return { ...ports, repository: { ...repository, checks, comments } }
}

/** What a reader sees in the end. */
function shown({ repository }: ReturnType<typeof previewWorld>) {
  const checks = repository.newest().map(({ name, status, conclusion, title }) => [name, status, conclusion, title])
  return { checks: checks.sort(), comments: repository.written.map(({ body }) => body) }
}

describe('a process that is killed before any of its writes', () => {
  test('leaves nothing that the next look does not finish, and the same end', async () => {
    const undisturbed = previewWorld(CHANGES)
    await previewPullRequest(undisturbed.ports, 7, signal)
    const expected = shown(undisturbed)
    const ends: number[] = []
    for (let writes = 0; writes < 8; writes++) {
      const world = previewWorld(CHANGES)
      const first = previewPullRequest(dyingAfter(world.ports, writes), 7, signal)
      await first.then(() => ends.push(writes)).catch(() => undefined)
      await previewPullRequest(world.ports, 7, signal)
      expect(shown(world)).toEqual(expected)
    }
    expect(ends[0]).toBeGreaterThanOrEqual(5)
  })
})
