import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { eventually } from '../../support/eventually.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'

const temporary = temporaryDirectory('lockstep-remove-at-the-end')
afterAll(() => temporary.remove())

const MODULE = new URL('../../../sandbox/demo/remove-at-the-end.ts', import.meta.url).href

test.each(['process.exit(1)', "process.kill(process.pid, 'SIGKILL')"])('%s leaves no folder behind', async (end) => {
  const folder = join(temporary.path, 'folder')
  mkdirSync(folder)
  const program = `import { removeAtTheEnd } from '${MODULE}'; removeAtTheEnd('${folder}'); ${end}`
  spawnSync(process.execPath, ['--input-type=module', '--eval', program])
  await eventually(() => !existsSync(folder))
  expect(existsSync(folder)).toBe(false)
})
