import { describe, expect, test } from '@jest/globals'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { helpOf, helpOfAll } from '../../src/cli/help.ts'
import { COMMON_OPTIONS } from '../../src/cli/parse-options.ts'

const lines = (text: string) => text.trimEnd().split('\n')

test('the commands of the contract are there', () => {
  const names = [
    'demo',
    'validate',
    'render',
    'diff',
    'promote',
    'bump',
    'reconcile',
    'drift',
    'status',
    'serve',
    'worker',
    'rbac',
  ]
  expect(COMMANDS.map(({ name }) => name)).toEqual(names)
})

test('the list of commands fits a terminal', () => {
  expect(Math.max(...lines(helpOfAll(COMMANDS)).map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(lines(helpOfAll(COMMANDS)).length).toBeLessThanOrEqual(40)
})

describe.each(COMMANDS)('$name', ({ name, summary, load }) => {
  test('is what the table says it is', async () => {
    expect(await load()).toMatchObject({ name, summary })
  })

  test('has help that fits a terminal, with an example', async () => {
    const command = await load()
    const help = lines(helpOf(command))
    expect(Math.max(...help.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(help.length).toBeLessThanOrEqual(40)
    expect(command.examples.length).toBeGreaterThan(0)
    for (const example of command.examples) expect(example.command).toMatch(new RegExp(`^lockstep ${name}\\b`))
  })

  test('has a usage line with what must be given and nothing that does not exist', async () => {
    const { usage, options } = await load()
    const inUsage = [...usage.matchAll(/--([a-z][a-z-]*)/g)].map(([, option]) => option ?? '')
    const required = Object.keys(options).filter((option) => options[option]?.required)
    expect(inUsage).toEqual(expect.arrayContaining(required))
    expect(Object.keys({ ...options, ...COMMON_OPTIONS })).toEqual(expect.arrayContaining(inUsage))
  })
})
