import { describe, expect, test } from '@jest/globals'
import { CALLS } from '../../support/github-calls.ts'
import { gitHubOverSocket, type Loss } from '../../support/github-over-socket.ts'

describe.each(CALLS)('$name', (call) => {
  test.each<Loss>(['reset', 'half'])('goes on after an answer lost by %s', async (loss) => {
    await using server = await gitHubOverSocket(call, loss)
    await call.run(server.repository, server.github)
    const [method, path] = call.route
    const sent = server.requests.filter((request) => request.method === method && request.path === decodeURI(path))
    expect(sent).toHaveLength(2)
  })
})

test.each(
  CALLS.filter(({ name }) => ['pulls.get', 'checks.publish'].includes(name)),
)('$name does not wait for ever', async (call) => {
  await using server = await gitHubOverSocket(call, 'silence')
  await expect(call.run(server.repository, server.github)).resolves.not.toThrow()
})
