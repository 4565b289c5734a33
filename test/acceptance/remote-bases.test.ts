import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createRepository, type TestRepository, temporaryDirectory } from '../support/git-repository.ts'
import { type GitServer, startGitServer } from '../support/git-server.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runLockstep } from '../support/lockstep-program.ts'

const temporary = temporaryDirectory('lockstep-remote')
let server: GitServer
let env: Record<string, string>
beforeAll(async () => {
  server = await startGitServer()
  env = { KUSTOMIZE_BIN: await kustomizeForTests(), LOCKSTEP_CACHE: join(temporary.path, 'cache') }
}, KUSTOMIZE_SETUP_MS)
afterAll(async () => {
  await server.stop()
  temporary.remove()
})

const CONFIG = `version: 1
overlays: apps/{app}/{environment}
environments:
  - { name: prod, cluster: one }
`
const PROD = 'apps/web/prod/kustomization.yaml'
const settings = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { level: ${value} }\n`

let made = 0
let bases: TestRepository
let team: TestRepository
let operatorFile: string
let before: string
let after: string

beforeEach(() => {
  const name = `acme/bases-${made++}`
  bases = server.create(name)
  before = bases.commit('one', {
    'web/kustomization.yaml': 'resources: [settings.yaml]\n',
    'web/settings.yaml': settings('low'),
  })
  after = bases.commit('two', { 'web/settings.yaml': settings('high') })
  const refer = (ref: string) => `resources:\n- http://${server.host}/${name}//web?ref=${ref}\n`
  team = createRepository(join(temporary.path, `team-${made}`))
  team.commit('first', { '.lockstep.yaml': CONFIG, [PROD]: refer(before) })
  team.write({ [PROD]: refer(after) })
  operatorFile = join(temporary.path, `operator-${made}.yaml`)
  writeFileSync(operatorFile, `data: ./data\nremoteBases: ["http://${server.host}/${name}"]\n`)
})

const lockstep = (...words: string[]) => runLockstep([...words, '--repo', team.path], { env })

describe('a remote base', () => {
  test('is refused without the operator’s line, which the refusal names', async () => {
    const { code, stdout } = await lockstep('diff', '--base', 'main', '--format', 'json')
    expect(code).toBe(1)
    const [overlay] = JSON.parse(stdout).overlays
    expect(overlay.error).toMatchObject({ code: 'REMOTE_BASE_REFUSED', file: PROD, line: 2, column: 3 })
    expect(overlay.error.remedy).toContain(`\`remoteBases: [http://${server.host}/acme/bases-${made - 1}]\``)
  })

  test('shows in a diff what its new commit changes', async () => {
    const { code, stdout, stderr } = await lockstep('diff', '--base', 'main', '--config', operatorFile)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/ConfigMap\/settings .*level.*: low → high/)
    expect(code).toBe(0)
  })

  test('is named with the commit that it stands for', async () => {
    const words = ['diff', '--base', 'main', '--config', operatorFile, '--format', 'json']
    const { resolutions } = JSON.parse((await lockstep(...words)).stdout)
    expect(resolutions).toEqual([
      { kind: 'base', reference: expect.stringContaining(after), file: PROD, line: 2, content: after, pinned: true },
    ])
  })

  test('by a branch gets a warning from validate, and is found through the environment', async () => {
    team.write({ [PROD]: `resources:\n- http://${server.host}/acme/bases-${made - 1}//web?ref=main\n` })
    const { code, stderr, stdout } = await runLockstep(['validate', '--repo', team.path], {
      env: { ...env, LOCKSTEP_CONFIG: operatorFile },
    })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain(`${PROD}:2 warning: `)
    expect(stderr).toContain(`stands for ${after} now`)
  })

  test('renders what kustomize makes of its files', async () => {
    const { stdout } = await lockstep('render', '--app', 'web', '--env', 'prod', '--config', operatorFile)
    expect(stdout).toBe('apiVersion: v1\ndata:\n  level: high\nkind: ConfigMap\nmetadata:\n  name: settings\n')
  })
})
