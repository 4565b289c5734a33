import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { runCommand } from '../support/run-command.ts'

const FILE = fileURLToPath(new URL('../../deploy/worker/rbac.yaml', import.meta.url))
const HEADER = `# What the worker may do, as \`lockstep rbac\` prints it: for other kinds run that, and for each environment's namespace bind lockstep-environment
# there (--namespace). lockstep-cluster-objects (Namespaces; for pruning them it lists what is inside) is bound by nobody but you, on purpose.
# A test holds this file to the command: \`UPDATE_DOCS=1 node tools/run-jest.mjs test/deploy/rbac-file\` refreshes it.
`

test('the role that is deployed is what the command prints', async () => {
  const { code, stdout } = await runCommand(['rbac'])
  expect(code).toBe(0)
  if (process.env.UPDATE_DOCS) await writeFile(FILE, HEADER + stdout)
  expect(await readFile(FILE, 'utf8')).toBe(HEADER + stdout)
})
