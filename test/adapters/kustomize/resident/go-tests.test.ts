import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { RENDERER_FOLDER } from '../../../../src/adapters/kustomize/resident/renderer-sources.ts'
import { goForTests } from '../../../support/go.ts'

const go = await goForTests()
const goTest = go === undefined ? test.todo.bind(test) : test

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
