import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { type Body, commitFile } from '../../support/local-github.ts'
import { type LockstepScene, openLockstep } from '../../support/lockstep-scene.ts'
import { version } from '../../support/promotion-scene.ts'
import { playRound, reportHealth } from '../../support/report-health.ts'

const MINUTES = 60_000
jest.setTimeout(5 * MINUTES)

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, after: [dev], cluster: staging }
  - { name: prod, after: [staging], cluster: prod }
carry: [{ files: [version.yaml] }]
drift: { pullRequests: warn }
`

/** Two whose dev is ahead, and others that are everywhere the same. */
function files(applications: number): Record<string, string> {
  const overlays = Array.from({ length: applications }, (_, i) => i).flatMap((i) =>
    ['dev', 'staging', 'prod'].flatMap((environment) => [
      [`apps/app-${i}/overlays/${environment}/kustomization.yaml`, 'resources: [version.yaml]\n'],
      [`apps/app-${i}/overlays/${environment}/version.yaml`, version(environment === 'dev' && i < 2 ? 'v2' : 'v1')],
    ]),
  )
  return Object.fromEntries([['.lockstep.yaml', CONFIG], ...overlays])
}

let lockstep: LockstepScene
beforeAll(async () => {
  lockstep = await openLockstep()
})
afterAll(() => lockstep.close())

/** Requests to GitHub of one sweep that has nothing to do, by route. */
async function quietSweep(applications: number): Promise<Record<string, number>> {
  const { scene, services } = lockstep
  const from = [{ message: 'Begin', files: files(applications) }]
  const repository = await lockstep.repository({ from, private: true })
  await commitFile(scene.ann, repository, 'main', { path: 'README.md', content: 'hello\n' })
  for (let i = 0; i < 3; i++) await playRound(lockstep, repository)
  const { body: pulls } = await scene.bob.get(`${repository}/pulls`)
  expect(pulls.map(({ head }: Body) => head.ref).sort()).toEqual([
    'lockstep/promote/staging/app-0',
    'lockstep/promote/staging/app-1',
  ])
  await lockstep.sweep()
  await reportHealth(lockstep, repository)
  const routes: Record<string, number> = {}
  const { githubCall } = services.metrics
  services.metrics.githubCall = (call) => {
    routes[call.route] = (routes[call.route] ?? 0) + 1
    githubCall(call)
  }
  const written = lockstep.written.length
  await lockstep.sweep()
  services.metrics.githubCall = githubCall
  expect(lockstep.written.slice(written)).toEqual([])
  await lockstep.retire(repository)
  return routes
}

test('a sweep with nothing to do asks GitHub as often for 50 applications as for 5, with two open promotions', async () => {
  const few = await quietSweep(5)
  expect(few).toHaveProperty(['GET /repos/{owner}/{repo}/pulls/{pull_number}'])
  const many = await quietSweep(50)
  expect(many).toEqual(few)
})
