import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openRemoteRepository } from '../../../src/adapters/git/remote-snapshots.ts'
import { RemoteSites } from '../../../src/adapters/vendor/remote-sites.ts'
import { RefResolver } from '../../../src/adapters/vendor/resolve-ref.ts'
import type { RemoteReference } from '../../../src/model/kustomization/remote-reference.ts'
import { temporaryDirectory } from '../../support/git-repository.ts'
import { type GitServer, startGitServer } from '../../support/git-server.ts'

const data = temporaryDirectory()
let server: GitServer
beforeAll(async () => {
  server = await startGitServer()
})
afterAll(async () => {
  await server.stop()
  data.remove()
})

/** A commit of a tree with one entry that no git client would make; without checks git keeps what it is given. */
function commitOf(name: string, entry: string, mode: '100644' | '40000') {
  const { path, commit, git } = server.create(name)
  commit('first', { 'web/kustomization.yaml': '{}\n' })
  const object = git('rev-parse', mode === '40000' ? 'HEAD:web' : 'HEAD:web/kustomization.yaml')
  const tree = Buffer.concat([Buffer.from(`${mode} ${entry}\0`), Buffer.from(object, 'hex')])
  const write = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin']
  const id = execFileSync('git', write, { cwd: path, input: tree }).toString().trim()
  const made = git('commit-tree', '-m', 'hostile', id)
  git('update-ref', 'refs/heads/main', made)
  return made
}

test.each<[entry: string, mode: '100644' | '40000']>([
  ['..', '40000'],
  ['.', '40000'],
  ['.git', '40000'],
  ['.GIT', '100644'],
  ['a\\b', '100644'],
])('a tree that holds %j is refused', async (entry, mode) => {
  const name = `acme/hostile-${Buffer.from(entry).toString('hex')}`
  const commit = commitOf(name, entry, mode)
  const repository = `http://${server.host}/${name}`
  const sites = new RemoteSites({
    allowed: [{ repository }],
    directory: data.path,
    openRepository: openRemoteRepository,
    resolver: new RefResolver(() => new Date()),
  })
  const address = { kind: 'directory' as const, repository, url: repository, ref: commit, path: '' }
  const reference = { text: repository, address, file: 'f', refusal: {} } as RemoteReference
  await expect(sites.open(reference, {})).rejects.toMatchObject({ problems: [{ code: 'REMOTE_UNSAFE' }] })
})
