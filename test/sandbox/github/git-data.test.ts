import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { commitFile, cutBranch, openScene, type RestClient, type Scene, tipOf } from '../../support/local-github.ts'

let scene: Scene
let robot: RestClient
beforeAll(async () => {
  scene = await openScene()
  robot = await scene.robot()
})
afterAll(() => scene.close())

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('refs', () => {
  const create = (repository: string, ref: string, sha: string) => robot.post(`${repository}/git/refs`, { ref, sha })

  test('G162 creating answers 201 with a location; twice 422; an unknown object 422', async () => {
    const repository = await scene.repository()
    const sha = await tipOf(robot, repository, 'main')
    const made = await create(repository, 'refs/heads/a/b', sha)
    expect([made.status, made.headers.get('location')]).toEqual([201, made.body.url])
    const twice = await create(repository, 'refs/heads/a/b', sha)
    expect([twice.status, twice.body.message]).toEqual([422, 'Reference already exists'])
    const unknown = await create(repository, 'refs/heads/x', '1'.repeat(40))
    expect([unknown.status, unknown.body.message]).toEqual([422, 'Object does not exist'])
  })

  test('G162 an empty repository answers 409', async () => {
    const repository = await scene.repository({ from: [] })
    const { status, body } = await create(repository, 'refs/heads/x', '1'.repeat(40))
    expect([status, body.message]).toEqual([409, 'Git Repository is empty.'])
  })

  test('G163 create wants refs/heads/x, get and update want heads/x', async () => {
    const repository = await scene.repository()
    const sha = await tipOf(robot, repository, 'main')
    expect((await create(repository, 'heads/x', sha)).status).toBe(422)
    await create(repository, 'refs/heads/x', sha)
    expect((await robot.get(`${repository}/git/ref/heads/x`)).status).toBe(200)
    expect((await robot.get(`${repository}/git/ref/refs/heads/x`)).status).toBe(404)
    expect((await robot.patch(`${repository}/git/refs/heads/x`, { sha })).status).toBe(200)
    expect((await robot.patch(`${repository}/git/refs/refs/heads/x`, { sha })).status).toBe(422)
  })

  test('G164 an update must be a fast-forward of a ref that exists', async () => {
    const repository = await scene.repository()
    const old = await cutBranch(robot, repository, 'topic')
    const fresh = await commitFile(robot, repository, 'topic', { path: 'x', content: 'x' })
    const update = (branch: string, body: object) => robot.patch(`${repository}/git/refs/heads/${branch}`, body)
    const backwards = await update('topic', { sha: old })
    expect([backwards.status, backwards.body.message]).toEqual([422, 'Update is not a fast forward'])
    const missing = await update('nowhere', { sha: old })
    expect([missing.status, missing.body.message]).toEqual([422, 'Reference does not exist'])
    expect((await update('topic', { sha: '1'.repeat(40) })).status).toBe(422)
    expect((await update('main', { sha: fresh })).status).toBe(200)
    expect((await update('topic', { sha: old, force: true })).body.object.sha).toBe(old)
  })

  test('G166 deleting answers 204, then 422; the default branch 422', async () => {
    const repository = await scene.repository()
    await cutBranch(robot, repository, 'topic')
    const remove = (branch: string) => robot.delete(`${repository}/git/refs/heads/${branch}`)
    expect((await remove('topic')).status).toBe(204)
    const again = await remove('topic')
    expect([again.status, again.body.message]).toEqual([422, 'Reference does not exist'])
    expect((await remove('main')).status).toBe(422)
  })

  test('G167 a fresh ref may still read as absent while creating says that it exists', async () => {
    const repository = await scene.repository()
    const sha = await tipOf(robot, repository, 'main')
    scene.github.switches.lag.refs = 2
    await create(repository, 'refs/heads/x', sha)
    scene.github.switches.lag.refs = 0
    const read = async () => (await robot.get(`${repository}/git/ref/heads/x`)).status
    expect(await read()).toBe(404)
    expect((await create(repository, 'refs/heads/x', sha)).body.message).toBe('Reference already exists')
    expect([await read(), await read()]).toEqual([404, 200])
  })

  test('G168 git/ref is exact, matching-refs goes by prefix', async () => {
    const repository = await scene.repository()
    await cutBranch(robot, repository, 'feature-a')
    await cutBranch(robot, repository, 'feature-b')
    expect((await robot.get(`${repository}/git/ref/heads/feature`)).status).toBe(404)
    const { body } = await robot.get(`${repository}/git/matching-refs/heads/feature`)
    expect(body.map((one: { ref: string }) => one.ref)).toEqual(['refs/heads/feature-a', 'refs/heads/feature-b'])
    expect((await robot.get(`${repository}/git/matching-refs/heads/nothing`)).body).toEqual([])
  })
})

describe('contents', () => {
  test('G169 a file is written over only with its sha; the branch is looked at first', async () => {
    const repository = await scene.repository()
    const put = (path: string, more: object) =>
      robot.put(`${repository}/contents/${path}`, { message: 'x', content: base64('new'), ...more })
    const bare = await put('README.md', {})
    expect([bare.status, bare.body.message]).toEqual([422, expect.stringContaining('"sha" wasn\'t supplied')])
    const wrong = await put('README.md', { sha: '1'.repeat(40) })
    expect([wrong.status, wrong.body.message]).toEqual([409, `README.md does not match ${'1'.repeat(40)}`])
    expect((await put('README.md', { branch: 'nowhere' })).status).toBe(404)
    expect((await put('new.md', { sha: '1'.repeat(40) })).status).toBe(201)
    const { body: file } = await robot.get(`${repository}/contents/README.md`)
    expect((await put('README.md', { sha: file.sha })).status).toBe(200)
  })

  test('G170 of two writers at once on one branch the later is refused', async () => {
    const repository = await scene.repository()
    const put = (path: string) => robot.put(`${repository}/contents/${path}`, { message: 'x', content: '' })
    const answers = await Promise.all([put('a'), put('b')])
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409])
    const refused = answers.find((answer) => answer.status === 409)
    expect(refused?.body.message).toMatch(/^is at [0-9a-f]{40} but expected [0-9a-f]{40}$/)
  })

  test('G171 up to 1 MB inline, above empty with encoding none, raw on request', async () => {
    const repository = await scene.repository({
      from: [{ message: 'x', files: { small: 'hello\n', large: 'x'.repeat(1_048_577) } }],
    })
    const { body: small } = await robot.get(`${repository}/contents/small`)
    expect(small).toMatchObject({ type: 'file', encoding: 'base64', content: `${base64('hello\n')}\n`, size: 6 })
    const { body: large } = await robot.get(`${repository}/contents/large`)
    expect(large).toMatchObject({ encoding: 'none', content: '', size: 1_048_577 })
    const raw = await robot.get(`${repository}/contents/large`, { accept: 'application/vnd.github.raw+json' })
    expect(raw.body).toHaveLength(1_048_577)
  })

  test('G171 a directory lists at most 1,000 entries', async () => {
    const files = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`many/${index}`, '']))
    const repository = await scene.repository({ from: [{ message: 'x', files }] })
    expect((await robot.get(`${repository}/contents/many`)).body).toHaveLength(1000)
  })
})

describe('git database', () => {
  test('G172 any value of recursive, even 0, turns it on', async () => {
    const repository = await scene.repository({ from: [{ message: 'x', files: { 'a/b/c': 'x' } }] })
    const paths = async (query: string) =>
      (await robot.get(`${repository}/git/trees/main${query}`)).body.tree.map((one: { path: string }) => one.path)
    expect(await paths('')).toEqual(['a'])
    expect(await paths('?recursive=0')).toEqual(['a', 'a/b', 'a/b/c'])
  })

  test('G172 a tree over the limit is cut and says so', async () => {
    const deep = 'x'.repeat(200)
    const files = Object.fromEntries(Array.from({ length: 25_000 }, (_, index) => [`${deep}/${deep}/${index}`, '']))
    const repository = await scene.repository({ from: [{ message: 'x', files }] })
    const { body } = await robot.get(`${repository}/git/trees/main?recursive=1`)
    expect(body.truncated).toBe(true)
    expect(body.tree.length).toBeLessThan(25_000)
  })

  test('G173 deleting a path that is not there is an error', async () => {
    const repository = await scene.repository()
    const base_tree = await tipOf(robot, repository, 'main')
    const remove = (path: string) =>
      robot.post(`${repository}/git/trees`, { base_tree, tree: [{ path, mode: '100644', type: 'blob', sha: null }] })
    expect((await remove('nothing')).status).toBe(422)
    expect((await remove('README.md')).status).toBe(201)
  })

  test('trees keep modes, links and subtrees', async () => {
    const repository = await scene.repository({ from: [{ message: 'x', files: { 'a/one': '1', 'a/two': '2' } }] })
    const base_tree = await tipOf(robot, repository, 'main')
    const { body: main } = await robot.get(`${repository}/git/trees/main`)
    const tree = [
      { path: 'run.sh', mode: '100755', type: 'blob', content: 'x' },
      { path: 'link', mode: '120000', type: 'blob', content: 'a/one' },
      { path: 'copy', mode: '040000', type: 'tree', sha: main.tree[0].sha },
    ]
    const { status, body } = await robot.post(`${repository}/git/trees`, { base_tree, tree })
    expect(status).toBe(201)
    const entries = body.tree.map((entry: { path: string; mode: string }) => `${entry.mode} ${entry.path}`)
    expect(entries).toEqual(['040000 a', '040000 copy', '120000 link', '100755 run.sh'])
    const gone = { base_tree: body.sha, tree: [{ path: 'a', mode: '040000', type: 'tree', sha: null }] }
    const { body: left } = await robot.post(`${repository}/git/trees`, gone)
    expect(left.tree.map((entry: { path: string }) => entry.path)).toEqual(['copy', 'link', 'run.sh'])
  })

  test('G174 a commit of an App is verified only when author, committer and signature are left out', async () => {
    const repository = await scene.repository()
    const { body: main } = await robot.get(`${repository}/git/trees/main`)
    const parents = [await tipOf(robot, repository, 'main')]
    const commit = async (client: RestClient, more: object) =>
      (await client.post(`${repository}/git/commits`, { message: 'x', tree: main.sha, parents, ...more })).body
    const bare = await commit(robot, {})
    expect(bare.verification).toMatchObject({ verified: true, reason: 'valid' })
    expect(bare.author.name).toBe('robot[bot]')
    const author = { name: 'A', email: 'a@example.com' }
    expect((await commit(robot, { author })).verification.verified).toBe(false)
    expect((await commit(scene.ann, {})).verification.verified).toBe(false)
  })

  test('a branch without parents can be made of blobs, trees and commits', async () => {
    const repository = await scene.repository()
    const { body: blob } = await robot.post(`${repository}/git/blobs`, { content: base64('x\n'), encoding: 'base64' })
    const tree = [{ path: 'state.yaml', mode: '100644', type: 'blob', sha: blob.sha }]
    const { body: made } = await robot.post(`${repository}/git/trees`, { tree })
    const { body: commit } = await robot.post(`${repository}/git/commits`, {
      message: 'x',
      tree: made.sha,
      parents: [],
    })
    const ref = { ref: 'refs/heads/lockstep/state', sha: commit.sha }
    expect((await robot.post(`${repository}/git/refs`, ref)).status).toBe(201)
    const { body: file } = await robot.get(`${repository}/contents/state.yaml?ref=lockstep/state`)
    expect(Buffer.from(file.content, 'base64').toString()).toBe('x\n')
    expect((await robot.get(`${repository}/compare/main...lockstep%2Fstate`)).status).toBe(404)
  })
})
