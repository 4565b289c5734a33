import { expect, test } from '@jest/globals'
import { loadRepositoryConfig } from '../../src/config/load.ts'
import { memoryTree, type Tree } from '../../src/model/tree.ts'

const TEXT = 'version: 1\noverlays: a/{app}/{environment}\nenvironments: [{ name: dev, cluster: c }]\n'

test('a repository without the file is not configured', async () => {
  expect(await loadRepositoryConfig(memoryTree({ 'README.md': '' }))).toBeUndefined()
})

test('the file at the root is read', async () => {
  const config = await loadRepositoryConfig(memoryTree({ '.lockstep.yaml': TEXT, 'x/.lockstep.yaml': '' }))
  expect(config?.environments[0]?.name).toBe('dev')
})

test('a file of nearly that name is an error, not silence', async () => {
  const refusal = loadRepositoryConfig(memoryTree({ '.lockstep.yml': TEXT }))
  await expect(refusal).rejects.toMatchObject({ code: 'CONFIG_FILE_NAME' })
})

test('a link in its place is not followed', async () => {
  const plain = memoryTree({ '.lockstep.yaml': 'other.yaml' })
  const linked: Tree = {
    ...plain,
    entries: async () =>
      new Map([...(await plain.entries())].map(([path, entry]) => [path, { ...entry, mode: '120000' }])),
  }
  await expect(loadRepositoryConfig(linked)).rejects.toMatchObject({ code: 'CONFIG_FILE_NAME' })
})
