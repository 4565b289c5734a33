import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { GRAMMAR } from '../../src/promotion/commands/grammar.ts'
import { REASONS } from '../../src/promotion/reasons.ts'
import { BEFORE, PAGES } from '../../tools/docs/comment-commands.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const available = Object.entries(GRAMMAR).filter(([, { parse }]) => parse)

/** Where a command has no file of its own name, the one that it shares. */
const FILES: Readonly<Record<string, string>> = { unhold: 'hold', unlock: 'lock', help: 'run-command' }
const SHARED_FILES = [
  'handle-command',
  'comment-refusals',
  'place',
  'rights',
  'read-excess',
  'context',
  'bound-head',
  'until',
]

async function codesIn(name: string): Promise<string[]> {
  const text = await readFile(`${ROOT}src/promotion/commands/${name}.ts`, 'utf8')
  const words = [...text.matchAll(/(?<=')[A-Z][A-Z_]+(?=')/g)].map(([word]) => word)
  return [...new Set(words)].filter((word) => Object.hasOwn(REASONS, word))
}

describe('the page of commands', () => {
  test('has every command with how it is written, who may give it and where', async () => {
    const page = await readFile(`${ROOT}docs/reference/commands.md`, 'utf8')
    for (const [name, { usage }] of available) {
      const [, section = ''] = page.split(`### /${name}\n`)
      const [own = ''] = section.split('\n### ')
      expect(own).toContain(usage)
      for (const part of ['- **Who** ', '- **Where** ', '| answers | |']) expect(own).toContain(part)
    }
  })

  test('tells of no command that there is not', () => {
    expect(Object.keys(PAGES)).toEqual(available.map(([name]) => name))
  })

  test.each(Object.keys(PAGES))('/%s: every code in its file is among what it answers', async (name) => {
    const file = FILES[name] ?? name
    const sharing = Object.entries(PAGES).filter(([other]) => (FILES[other] ?? other) === file)
    const listed: ReadonlySet<string> = new Set(sharing.flatMap(([, { answers }]) => answers))
    const codes = await codesIn(file)
    expect(codes).not.toEqual([])
    expect(codes.filter((code) => !listed.has(code))).toEqual([])
  })

  test('every code that is met before a command runs, or by several, is told', async () => {
    const told: ReadonlySet<string> = new Set([...BEFORE, ...Object.values(PAGES).flatMap(({ answers }) => answers)])
    const codes = (await Promise.all(SHARED_FILES.map(codesIn))).flat()
    expect(codes.filter((code) => !told.has(code))).toEqual([])
  })
})
