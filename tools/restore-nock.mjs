// nock patches the process; a second test file in the same Jest worker must find it unpatched.
import { afterAll } from '@jest/globals'

afterAll(async () => {
  const { default: nock } = await import('nock')
  nock.cleanAll()
  nock.restore()
})
