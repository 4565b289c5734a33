import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createAppAuthorization } from '../../src/assemble/app-authorization.ts'
import { createListedVendor } from '../../src/assemble/vendor.ts'
import type { RemoteBase } from '../../src/config/remote-sources.ts'
import { memoryTree } from '../../src/model/tree.ts'
import { temporaryDirectory } from '../support/git-repository.ts'
import { type GitServer, startGitServer } from '../support/git-server.ts'

const data = temporaryDirectory()
let server: GitServer
let commit: string
let made = 0
const got: (string | undefined)[] = []
beforeAll(async () => {
  server = await startGitServer()
  commit = server.create('acme/bases').commit('first', { 'web/kustomization.yaml': '{}\n' })
  server.fault = ({ headers }) => {
    got.push(headers.authorization)
    return false
  }
})
afterAll(async () => {
  await server.stop()
  data.remove()
})

/** What the server is asked with, or why it is not asked. */
async function authorizationFor(
  entry: Partial<RemoteBase>,
  env: Record<string, string> = {},
  appAuthorization?: (repository: string) => Promise<string | undefined>,
) {
  const repository = `http://${server.host}/acme/bases`
  const vendor = createListedVendor({
    sources: { remoteBases: [{ repository, ...entry }], charts: [], movedTags: 'warn' },
    data: `${data.path}/${made++}`,
    env,
    ...(appAuthorization && { appAuthorization }),
  })
  got.length = 0
  const tree = memoryTree({ 'prod/kustomization.yaml': `resources: ["${repository}//web?ref=${commit}"]\n` })
  await vendor.complete(tree, 'prod')
  return got[0]
}

const header = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`

describe('a remote repository is read', () => {
  test('without credentials by default', async () => {
    expect(await authorizationFor({})).toBeUndefined()
  })

  test('with the token its entry names', async () => {
    expect(await authorizationFor({ tokenEnv: 'T' }, { T: 'abc', OTHER: 'x' })).toBe(header('x-access-token:abc'))
    expect(await authorizationFor({ tokenEnv: 'T' }, { T: 'robot:abc' })).toBe(header('robot:abc'))
  })

  test('not at all where the token is not set', async () => {
    await expect(authorizationFor({ tokenEnv: 'T' })).rejects.toMatchObject({
      problems: [expect.objectContaining({ code: 'SECRET_MISSING', file: 'prod/kustomization.yaml', line: 1 })],
    })
    expect(got).toEqual([])
  })

  test('with the App’s token where the App is installed', async () => {
    const ref = { installation: 1, owner: 'Acme', name: 'bases' }
    const app = createAppAuthorization({
      repositories: async () => [ref],
      gitAccess: async ({ owner }) => ({ url: '', authorization: `Basic of-${owner}` }),
    })
    expect(await authorizationFor({ app: true }, {}, app)).toBe('Basic of-Acme')
  })

  test.each([
    ['the App is not there', async () => undefined, /not installed/],
    ['there is no App', undefined, /only the server has/],
  ] as const)('not with the App’s token where %s', async (_, app, words) => {
    const refused = authorizationFor({ app: true }, {}, app)
    await expect(refused).rejects.toMatchObject({ problems: [expect.objectContaining({ code: 'REMOTE_DENIED' })] })
    await expect(refused).rejects.toThrow(words)
  })
})
