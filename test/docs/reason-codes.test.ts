import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { printReasonCodes, readReasonCodes, readUsedCodes } from '../../tools/docs/reason-codes.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = `${ROOT}docs/reference/reason-codes.md`

test('every code that a person can meet is on the page of reason codes, and no other', async () => {
  const page = await printReasonCodes(ROOT)
  if (process.env.UPDATE_DOCS) await writeFile(PAGE, page)
  expect(await readFile(PAGE, 'utf8')).toBe(page)
})

test('every code that is used has a meaning written down', async () => {
  const known = new Set([...(await readReasonCodes(ROOT)).values()].flatMap((reasons) => Object.keys(reasons)))
  const unknown = [...(await readUsedCodes(ROOT))].flatMap(([file, codes]) =>
    codes.filter((code) => !known.has(code)).map((code) => `${file}: ${code}`),
  )
  expect(unknown).toEqual([])
})
