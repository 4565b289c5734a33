import { expect, test } from '@jest/globals'
import { AT, refusal } from '../../support/github-names.ts'
import { gitHubOverNock, once } from '../../support/github-over-nock.ts'

test.each([
  ['admin', { permission: 'admin', role_name: 'admin', user: { type: 'User' } }, 'admin'],
  ['a maintainer', { permission: 'write', role_name: 'maintain', user: { type: 'User' } }, 'write'],
  ['a triager', { permission: 'read', role_name: 'triage', user: { type: 'User' } }, 'read'],
  ['a stranger', { permission: 'none', role_name: '', user: { type: 'User' } }, 'none'],
  ['a bot with rights', { permission: 'write', role_name: 'write', user: { type: 'Bot' } }, 'none'],
  ['something GitHub may say one day', { permission: 'owner', user: { type: 'User' } }, 'none'],
])('%s', async (_, answer, expected) => {
  const { repository } = gitHubOverNock()
  once(['GET', `${AT}/collaborators/ada/permission`]).reply(200, answer)
  expect(await repository.people.permission('ada')).toBe(expected)
})

test('whoever GitHub does not know as a user has no rights', async () => {
  const { repository } = gitHubOverNock()
  once(['GET', `${AT}/collaborators/ada/permission`]).reply(404, refusal(404, 'ada is not a user'))
  expect(await repository.people.permission('ada')).toBe('none')
})

test('a bot is not even asked for', async () => {
  expect(await gitHubOverNock().repository.people.permission('renovate[bot]')).toBe('none')
})

test('rights that cannot be read are an error, not a no or a yes', async () => {
  const { repository } = gitHubOverNock()
  const message = 'Must have push access to view collaborator permission.'
  once(['GET', `${AT}/collaborators/ada/permission`]).reply(403, refusal(403, message))
  await expect(repository.people.permission('ada')).rejects.toMatchObject({ code: 'GITHUB_PERMISSION' })
})

test.each([
  ['an active member', 200, { state: 'active', role: 'member' }, true],
  ['an invitation that is not accepted', 200, { state: 'pending', role: 'member' }, false],
  ['nobody', 404, refusal(404, 'Not Found'), false],
])('team membership of %s', async (_, status, answer, expected) => {
  const { repository } = gitHubOverNock()
  once(['GET', '/orgs/acme/teams/sre/memberships/ada']).reply(status, answer)
  expect(await repository.people.isTeamMember('acme/sre', 'ada')).toBe(expected)
})

test('a team without its organization is refused before anything is asked', async () => {
  const { repository } = gitHubOverNock()
  await expect(repository.people.isTeamMember('sre', 'ada')).rejects.toThrow('organization/team')
})
