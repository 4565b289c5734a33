import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../../support/local-github.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
  for (const login of ['max', 'tim', 'tess', 'kim', 'paul']) scene.github.createUser(login)
  scene.github.createTeam({ organization: 'acme', slug: 'sre', members: { tess: 'active', paul: 'pending' } })
  scene.github.createTeam({ organization: 'acme', slug: 'night-shift', parent: 'sre', members: { kim: 'active' } })
})
afterAll(() => scene.close())

describe('permission of a person', () => {
  test.each([
    ['ann', 'admin', 'admin'],
    ['max', 'write', 'maintain'],
    ['bob', 'write', 'write'],
    ['tim', 'read', 'triage'],
    ['rita', 'read', 'read'],
    ['tess', 'write', 'write'],
    ['kim', 'write', 'write'],
    ['paul', 'none', 'none'],
  ])('G156 %s has %s, by the role %s', async (login, permission, role_name) => {
    const repository = await scene.repository({
      private: true,
      collaborators: { bob: 'write', rita: 'read', max: 'maintain', tim: 'triage', tess: 'read' },
      teams: { sre: 'write' },
    })
    const { status, body } = await scene.ann.get(`${repository}/collaborators/${login}/permission`)
    expect([status, body]).toMatchObject([200, { permission, role_name, user: { login } }])
  })

  test.each(['robot[bot]', 'nobody', 'acme'])('G157 %s answers 404', async (login) => {
    const repository = await scene.repository()
    expect((await scene.ann.get(`${repository}/collaborators/${encodeURIComponent(login)}/permission`)).status).toBe(
      404,
    )
  })

  test('G158 asking takes push access', async () => {
    const repository = await scene.repository()
    const { status, body } = await scene.rita.get(`${repository}/collaborators/bob/permission`)
    expect([status, body.message]).toEqual([403, 'Must have push access to view collaborator permission.'])
  })

  test('G159 a stranger has no more than read', async () => {
    const repository = await scene.repository()
    const { body } = await (await scene.robot()).get(`${repository}/collaborators/eve/permission`)
    expect(['read', 'none']).toContain(body.permission)
  })

  test('G160 a collaborator answers 204, a stranger 404', async () => {
    const repository = await scene.repository()
    expect((await scene.ann.get(`${repository}/collaborators/bob`)).status).toBe(204)
    expect((await scene.ann.get(`${repository}/collaborators/eve`)).status).toBe(404)
  })
})

describe('teams', () => {
  const membership = async (login: string, team = 'sre') =>
    (await scene.robot()).get(`/orgs/acme/teams/${team}/memberships/${login}`)

  test.each([
    ['tess', 200, 'active'],
    ['kim', 200, 'active'],
    ['paul', 200, 'pending'],
    ['eve', 404, undefined],
  ])('G161 membership of %s answers %d, %s', async (login, status, state) => {
    const reply = await membership(login)
    expect([reply.status, reply.body.state]).toEqual([status, state])
  })

  test('G161 a parent is not a member of the child, and an unknown team answers 404', async () => {
    expect((await membership('tess', 'night-shift')).status).toBe(404)
    expect((await membership('tess', 'nothing')).status).toBe(404)
  })

  test('it takes members:read, and strangers see nothing', async () => {
    const blind = await scene.robot({ permissions: { contents: 'read' } })
    expect((await blind.get('/orgs/acme/teams/sre/memberships/tess')).status).toBe(403)
    expect((await scene.eve.get('/orgs/acme/teams/sre/memberships/tess')).status).toBe(404)
  })
})
