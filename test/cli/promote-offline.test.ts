import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { compileSchema } from '../support/diff-schema.ts'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { runLockstep } from '../support/lockstep-program.ts'
import { shopFiles } from '../support/overlay-repository.ts'

const CONFIG = `version: 1
overlays: apps/{app}/overlays/{environment}
environments:
  - { name: dev, cluster: dev }
  - { name: staging, cluster: staging, after: [dev] }
  - { name: prod, cluster: prod, after: [staging] }
`
const GUARD = fileURLToPath(new URL('../support/refuse-network.mjs', import.meta.url))
const temporary = temporaryDirectory('lockstep-offline')
let clone: TestRepository
let origin: Server
let callers = 0

beforeAll(async () => {
  origin = createServer((socket) => {
    callers += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  clone = createRepository(`${temporary.path}/shop`)
  clone.commit('start', {
    '.lockstep.yaml': CONFIG,
    ...shopFiles(['v2', 'v1', 'v1']),
    'apps/cart/overlays/dev/kustomization.yaml': 'resources: [https://github.com/acme/cart//base?ref=v2]\n',
    'apps/cart/overlays/staging/kustomization.yaml': 'resources: [https://github.com/acme/cart//base?ref=v1]\n',
  })
  const { port } = origin.address() as { port: number }
  clone.git('remote', 'add', 'origin', `http://127.0.0.1:${port}/acme/shop.git`)
})
afterAll(async () => {
  await new Promise((resolve) => origin.close(resolve))
  temporary.remove()
})

/** A process that ends with 99 where it wants the network; git may speak no protocol, and its remote counts who comes. */
const offline = (...words: string[]) =>
  runLockstep(words, { cwd: clone.path, env: { NODE_OPTIONS: `--import=${GUARD}`, GIT_ALLOW_PROTOCOL: 'none' } })

test('the guard ends what asks for the network', async () => {
  const kubeconfig = `${temporary.path}/kubeconfig`
  const { port } = origin.address() as { port: number }
  writeFileSync(
    kubeconfig,
    `{"apiVersion":"v1","kind":"Config","current-context":"c","clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:${port}"}}],"users":[{"name":"u","user":{}}],"contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}]}`,
  )
  const { code, stderr } = await offline('status', '--env', 'dev', '--kubeconfig', kubeconfig)
  expect([code, stderr]).toEqual([99, expect.stringContaining('the network was asked for')])
  expect(callers).toBe(0)
})

test.each([
  'checkout',
  'cart',
])('the plan of %s is made without a network, remote bases or not', async (application) => {
  const words = ['promote', '--app', application, '--to', 'staging', '--dry-run', '--format', 'json']
  const { code, stdout, stderr } = await offline(...words)
  expect([code, stderr]).toEqual([0, ''])
  const plan = JSON.parse(stdout)
  const isPlan = compileSchema('promote')
  expect([isPlan(plan), isPlan.errors]).toEqual([true, null])
  expect(plan.carried).toHaveLength(1)
  expect(plan.files).toEqual([{ path: `apps/${application}/overlays/staging/kustomization.yaml`, edits: plan.carried }])
  expect(callers).toBe(0)
  expect(clone.git('status', '--porcelain')).toBe('')
})
