import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { temporaryDirectory } from '../support/git-repository.ts'
import { runCommand } from '../support/run-command.ts'

const directory = temporaryDirectory('lockstep-worker')
const env = {
  LOCKSTEP_APP_ID: '1',
  LOCKSTEP_PRIVATE_KEY: '-----BEGIN RSA PRIVATE KEY-----',
  LOCKSTEP_WEBHOOK_SECRET: 'sixteen letters!',
  REDIS_URL: 'redis://127.0.0.1:1',
}
let file: string

beforeAll(async () => {
  const { generateKeyPairSync } = await import('node:crypto')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  env.LOCKSTEP_PRIVATE_KEY = String(privateKey.export({ type: 'pkcs1', format: 'pem' }))
  file = join(directory.path, 'operator.yaml')
  await writeFile(file, 'data: d\nclusters: [{ name: prod-eu, inCluster: true, repositories: [acme/*] }]\n')
})
afterAll(() => directory.remove())

test.each<[what: string, words: string[], said: string]>([
  [
    'a cluster that is not registered, with the nearest name',
    ['--cluster', 'prod-eu', '--cluster', 'prod-ue'],
    'CLUSTER_UNKNOWN The operator has not registered a cluster "prod-ue". Did you mean "prod-eu"?',
  ],
  [
    'a cluster and none at once',
    ['--cluster', 'prod-eu', '--no-clusters'],
    'OPTION_INVALID --cluster and --no-clusters exclude each other.',
  ],
])('a worker is not started for %s', async (_, words, said) => {
  const { code, stdout, stderr } = await runCommand(['worker', '--config', file, ...words], { env })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(said)
})
