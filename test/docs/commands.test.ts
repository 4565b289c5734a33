import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { commandsPage } from '../../tools/docs/commands.ts'

const PAGE = fileURLToPath(new URL('../../docs/reference/commands.md', import.meta.url))

test('the page of commands is what --help prints', async () => {
  const page = await commandsPage()
  if (process.env.UPDATE_DOCS) await writeFile(PAGE, page)
  expect(await readFile(PAGE, 'utf8')).toBe(page)
})
