import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Body, commitFile, openScene, type RestClient, type Scene, tipOf } from '../../support/local-github.ts'

const COMMIT =
  'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }'

let scene: Scene
let robot: RestClient
let repository: string
let main: string

beforeAll(async () => {
  scene = await openScene()
  robot = await scene.robot()
})
afterAll(() => scene.close())
beforeEach(async () => {
  repository = await scene.repository()
  main = await tipOf(robot, repository, 'main')
})

const FILES = { additions: [{ path: 'a.txt', contents: 'YQo=' }] }

function commit(change: object = {}, client = robot) {
  const input = {
    branch: { repositoryNameWithOwner: repository.replace('/repos/', ''), branchName: 'main' },
    expectedHeadOid: main,
    message: { headline: 'Change', body: 'And why.' },
    fileChanges: FILES,
    ...change,
  }
  return client.send('POST', scene.github.graphqlUrl, { query: COMMIT, variables: { input } })
}

describe('createCommitOnBranch', () => {
  test('G015 is refused with a 200: no data for the mutation, and a typed error with its path', async () => {
    const { status, body } = await commit({ expectedHeadOid: 'a'.repeat(40) })
    expect({ status, data: body.data }).toEqual({ status: 200, data: { createCommitOnBranch: null } })
    expect(body.errors).toEqual([
      expect.objectContaining({ type: 'STALE_DATA', path: ['createCommitOnBranch'], message: expect.any(String) }),
    ])
  })

  test('G175 on a moved branch is STALE_DATA and writes nothing', async () => {
    const moved = await commitFile(scene.bob, repository, 'main', { path: 'b.txt', content: 'b\n' })
    const { body } = await commit()
    expect(body.errors[0]).toMatchObject({
      type: 'STALE_DATA',
      message: expect.stringMatching(/^Expected branch to point to "[0-9a-f]{40}" but it did not/),
    })
    expect(await tipOf(robot, repository, 'main')).toBe(moved)
  })

  test('G175 is signed by GitHub, in the App’s name', async () => {
    const { body } = await commit()
    const { oid } = body.data.createCommitOnBranch.commit
    expect((await robot.get(`${repository}/commits/${oid}`)).body).toMatchObject({
      author: { login: 'robot[bot]' },
      commit: {
        message: 'Change\n\nAnd why.',
        committer: { name: 'GitHub', email: 'noreply@github.com' },
        verification: { verified: true, reason: 'valid' },
      },
      parents: [{ sha: main }],
    })
  })

  test('G175 lets nobody set the author', async () => {
    const { body } = await commit({ author: { name: 'Ann', email: 'ann@example.com' } })
    expect(body.errors[0].message).toMatch(/author/)
  })

  test('writes every file as 100644, also one that was executable', async () => {
    const tree = [{ path: 'tool', mode: '100755', type: 'blob', content: 'old' }]
    const { body: made } = await robot.post(`${repository}/git/trees`, { base_tree: main, tree })
    const { body: base } = await robot.post(`${repository}/git/commits`, {
      message: 'Tool',
      tree: made.sha,
      parents: [main],
    })
    await robot.patch(`${repository}/git/refs/heads/main`, { sha: base.sha })
    const fileChanges = { additions: [{ path: 'tool', contents: 'bmV3' }], deletions: [{ path: 'README.md' }] }
    await commit({ expectedHeadOid: base.sha, fileChanges })
    const { body } = await robot.get(`${repository}/git/trees/main`)
    expect(body.tree.map(({ path, mode }: Body) => `${mode} ${path}`)).toEqual(['100644 tool'])
  })

  test('refuses to delete what is not there', async () => {
    const { body } = await commit({ fileChanges: { deletions: [{ path: 'none.txt' }] } })
    expect(body.errors[0].message).toMatch(/none\.txt/)
    expect(await tipOf(robot, repository, 'main')).toBe(main)
  })

  test('of two at once on one head only one is done', async () => {
    const answers = await Promise.all([commit(), commit({ message: { headline: 'Other' } })])
    const types = answers.map(({ body }) => body.errors?.[0].type ?? 'done')
    expect(types.sort()).toEqual(['STALE_DATA', 'done'])
  })

  test('is for those who may write', async () => {
    expect((await commit({}, scene.rita)).body.errors[0].type).toBe('FORBIDDEN')
    expect((await commit({}, await scene.robot({ permissions: { contents: 'read' } }))).body.errors[0].type).toBe(
      'FORBIDDEN',
    )
    expect((await commit({}, scene.anonymous)).status).toBe(401)
  })

  test('moves open pull requests and tells of the push, as any other push does', async () => {
    const { body } = await commit()
    const { oid } = body.data.createCommitOnBranch.commit
    const { payload } = await scene.webhooks.waitFor('push', (one) => one.after === oid)
    expect(payload).toMatchObject({ before: main, sender: { login: 'robot[bot]' } })
  })
})

describe('GraphQL', () => {
  test('answers a field that the stand-in lacks with an error, never with nothing, and says so to whoever runs it', async () => {
    const said = jest.spyOn(console, 'error').mockImplementation(() => {})
    const query = '{ viewer { login } }'
    const { status, body } = await robot.send('POST', scene.github.graphqlUrl, { query })
    expect(status).toBe(200)
    expect(body.errors).not.toEqual([])
    expect(said).toHaveBeenCalled()
    said.mockRestore()
  })
})
