import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { openScene } from '../../support/local-github.ts'

test('once closed it uses its folder no more, also when it was in the middle of its work', async () => {
  const complain = jest.spyOn(console, 'error').mockImplementation(() => undefined)
  const scene = await openScene()
  const repository = await scene.repository()
  const { body: main } = await scene.ann.get(`${repository}/git/ref/heads/main`)
  const cut = Array.from({ length: 8 }, (_, number) =>
    scene.ann
      .post(`${repository}/git/refs`, { ref: `refs/heads/branch-${number}`, sha: main.object.sha })
      .then(() => scene.ann.post(`${repository}/pulls`, { title: 'x', head: `branch-${number}`, base: 'main' }))
      .catch(() => 'cut'),
  )
  await sleep(20)
  const { directory } = scene.github.world
  await scene.close()
  await rm(directory, { recursive: true, force: true })
  expect(await Promise.all(cut)).toContain('cut')
  await sleep(200)
  expect(complain.mock.calls).toEqual([])
  complain.mockRestore()
})
