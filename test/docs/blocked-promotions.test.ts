import { glob, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { BLOCKERS } from '../../src/promotion/gates/blockers.ts'
import { REASONS } from '../../src/promotion/reasons.ts'
import { blockedPromotionsPage } from '../../tools/docs/blocked-promotions.ts'
import { readReasonCodes } from '../../tools/docs/reason-codes.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = `${ROOT}docs/reference/blocked-promotions.md`
/** GitHub's words, which are written like codes. */
const NOT_OURS = new Set(['CHANGES_REQUESTED'])

/** What promotions are made of, without the lists of codes themselves. */
async function sources(): Promise<string> {
  const files = await Array.fromAsync(glob('src/promotion/**/*.ts', { cwd: ROOT }))
  const code = files.filter((file) => !/\/(?:reasons|blockers)\.ts$/.test(file))
  return (await Promise.all(code.map((file) => readFile(`${ROOT}${file}`, 'utf8')))).join('\n')
}

const found = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, code = '']) => code))

test('the page of what keeps promotions from going on is as the code has it', async () => {
  if (process.env.UPDATE_DOCS) await writeFile(PAGE, blockedPromotionsPage())
  expect(await readFile(PAGE, 'utf8')).toBe(blockedPromotionsPage())
})

describe('codes of promotions', () => {
  test('are listed, every one', async () => {
    const known = new Set([...(await readReasonCodes(ROOT)).values()].flatMap((reasons) => Object.keys(reasons)))
    const used = found(await sources(), /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)
    expect(used.size).toBeGreaterThan(100)
    expect([...used].filter((code) => !known.has(code) && !NOT_OURS.has(code))).toEqual([])
  })

  test('are used, every one that is listed', async () => {
    const text = await sources()
    expect(Object.keys(REASONS).filter((code) => !text.includes(`'${code}'`))).toEqual([])
  })

  test('of states in which something waits have a way out, every one', async () => {
    const waiting = found(await sources(), /(?:outcome|say)\(\s*'waiting',\s*'([A-Z_]+)'/g)
    expect(waiting.size).toBeGreaterThan(10)
    expect([...waiting].filter((code) => !Object.hasOwn(BLOCKERS, code))).toEqual([])
  })

  test('of what refuses or blocks say what to do, every one', async () => {
    const text = await sources()
    const refused = found(text, /outcome\(\s*'(?:refused|failed)',\s*'([A-Z_]+)'/g)
    const thrown = found(text, /\bcode: '([A-Z_]+)'/g)
    const shut = new Set([...refused, ...thrown, ...Object.keys(BLOCKERS)])
    const meanings = new Map(Object.entries<string>(REASONS))
    expect([...shut].filter((code) => !/[;:] /.test(meanings.get(code) ?? '; '))).toEqual([])
  })
})
