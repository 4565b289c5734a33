import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { RENDERER_FOLDER } from '../../../../src/adapters/kustomize/resident/renderer-sources.ts'
import { goForTests } from '../../../support/go.ts'

const go = await goForTests()
const goTest = go === undefined ? test.todo.bind(test) : test

test('both kustomizes are built of the same versions of everything they share', () => {
  const [resident, binary] = [versionsOf(RENDERER_FOLDER), versionsOf('sandbox/kustomize/module')]
  const shared = [...resident].filter(([module]) => binary.has(module))
  expect(shared.length).toBeGreaterThan(10)
  expect(Object.fromEntries(shared)).toEqual(Object.fromEntries(shared.map(([module]) => [module, binary.get(module)])))
})

function versionsOf(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, 'go.mod'), 'utf8').matchAll(/^\s+(\S+) (v\S+)/gm)
  return new Map([...lines].map(([, module = '', version = '']) => [module, version]))
}

goTest(
  'the renderer passes its own tests',
  async () => {
    const run = promisify(execFile)
    const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' }
    const { stdout } = await run(go as string, ['test', '-mod=readonly', './...'], { cwd: RENDERER_FOLDER, env })
    expect(stdout).toMatch(/^ok /)
  },
  240_000,
)
