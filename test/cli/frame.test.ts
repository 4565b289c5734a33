import { describe, expect, test } from '@jest/globals'
import type { Command, Invocation } from '../../src/cli/command.ts'
import type { CommandEntry } from '../../src/cli/command-table.ts'
import { LockstepError, type ProblemKind } from '../../src/model/errors.ts'
import { runCommand } from '../support/run-command.ts'

const bake = (run: Command['run'], change: Partial<Command> = {}): CommandEntry[] => {
  const command: Command = {
    name: 'bake',
    summary: 'bake bread',
    usage: 'lockstep bake --flour F [--salt S] [--topping T] [--dry-run]',
    examples: [{ command: 'lockstep bake --flour rye', shows: 'bread' }],
    options: {
      flour: { type: 'string', value: 'F', description: 'what of', required: true },
      salt: { type: 'string', value: 'S', description: 'how much', default: '2g' },
      topping: { type: 'string', value: 'T', description: 'what on it', multiple: true },
      'dry-run': { type: 'boolean', description: 'only say what would be done' },
    },
    run,
    ...change,
  }
  return [{ name: 'bake', summary: command.summary, load: async () => command }]
}
const done = bake(async () => 0)
const throwing = (error: unknown) =>
  bake(async () => {
    throw error
  })
const problem = { code: 'OVEN_COLD', message: 'The oven is cold.', remedy: 'Heat it.' }

/** What the command is given. */
async function invocationOf(...words: string[]): Promise<Invocation | undefined> {
  let seen: Invocation | undefined
  await runCommand(['bake', ...words], {
    commands: bake(async (invocation) => {
      seen = invocation
      return 0
    }),
  })
  return seen
}

describe('options', () => {
  test('come with their defaults', async () => {
    const seen = await invocationOf('--flour', 'rye')
    expect(seen?.options).toEqual({ flour: 'rye', salt: '2g', topping: [], 'dry-run': false })
    expect(seen?.format).toBe('text')
  })

  test('are read in both spellings, and repeated where they may be', async () => {
    const seen = await invocationOf('--flour=-rye', '--topping', 'a', '--topping=b', '--dry-run', '--format', 'json')
    expect(seen?.options).toEqual({ flour: '-rye', salt: '2g', topping: ['a', 'b'], 'dry-run': true })
    expect(seen?.format).toBe('json')
  })

  test.each<[words: string[], line: string]>([
    [[], 'OPTION_MISSING --flour F is missing. Usage: lockstep bake --flour F [--salt S] [--topping T] [--dry-run]'],
    [['--flour'], 'OPTION_INVALID --flour needs a value. See `lockstep bake --help`.'],
    [['--flour', '--dry-run'], 'OPTION_INVALID --flour needs a value. See `lockstep bake --help`.'],
    [['--flour='], 'OPTION_INVALID --flour needs a value. See `lockstep bake --help`.'],
    [['--flour', 'a', '--flour', 'b'], 'OPTION_INVALID --flour stands twice. Give it once.'],
    [['--flour', 'a', '--dry-run=no'], 'OPTION_INVALID --dry-run takes no value. See `lockstep bake --help`.'],
    [['--flour', 'a', '--slat', '3g'], 'OPTION_UNKNOWN bake has no option "--slat". Did you mean "--salt"?'],
    [
      ['--flour', 'a', '--constructor'],
      'OPTION_UNKNOWN bake has no option "--constructor". See `lockstep bake --help`.',
    ],
    [['--flour', 'a', '-x'], 'OPTION_UNKNOWN bake has no option "-x". See `lockstep bake --help`.'],
    [['--flour', 'a', 'rye'], 'ARGUMENT_UNEXPECTED "rye" belongs to no option. See `lockstep bake --help`.'],
    [['--flour', 'a', '--format', 'xml'], 'OPTION_INVALID --format xml is not known here. Use text, json, markdown.'],
  ])('%j is wrong usage', async (words, line) => {
    const { code, stdout, stderr } = await runCommand(['bake', ...words], { commands: done })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.split('\n')).toContain(line)
  })

  test('that are wrong are all named at once', async () => {
    const { stderr } = await runCommand(['bake', '--slat', '3g', '--topping'], { commands: done })
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['OPTION_UNKNOWN', 'ARGUMENT_UNEXPECTED', 'OPTION_INVALID', 'OPTION_MISSING'])
  })

  test('a format the command does not have is wrong usage', async () => {
    const commands = bake(async () => 0, { formats: ['text', 'json'] })
    const { code, stderr } = await runCommand(['bake', '--flour', 'a', '--format', 'markdown'], { commands })
    expect([code, stderr]).toEqual([2, 'OPTION_INVALID --format markdown is not known here. Use text, json.\n'])
  })
})

describe('help', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']]])('%j lists the commands', async (words) => {
    const { code, stdout, stderr } = await runCommand(words, { commands: done })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('  bake  bake bread\n')
  })

  test.each([
    [['help', 'bake']],
    [['bake', '--help']],
    [['bake', '-h']],
    [['--help', 'bake']],
  ])('%j explains the command', async (words) => {
    const { code, stdout } = await runCommand(words, { commands: done })
    expect(code).toBe(0)
    expect(stdout).toBe(`lockstep bake: bake bread

Usage
  lockstep bake --flour F [--salt S] [--topping T] [--dry-run]

Examples
  lockstep bake --flour rye
      bread

Options
  --flour F                 what of (required)
  --salt S                  how much (default 2g)
  --topping T               what on it (repeatable)
  --dry-run                 only say what would be done
  --format text|json|markdown
                            what to print (default text)
  -h, --help                show this

Exit codes
  0 fine, 1 findings or refused, 2 wrong usage, 3 drift (\`drift\` only),
  4 unreachable or internal, 130 Ctrl-C
`)
  })

  test('an unknown command is wrong usage, with the nearest', async () => {
    for (const words of [['bakee'], ['help', 'bakee']]) {
      const { code, stderr } = await runCommand(words, { commands: done })
      expect(code).toBe(2)
      expect(stderr).toBe('COMMAND_UNKNOWN There is no command "bakee". Did you mean "bake"? See `lockstep help`.\n')
    }
  })

  test('--version names the version', async () => {
    expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: 'lockstep 9.9.9\n', stderr: '' })
  })
})

describe('how a command ends', () => {
  const flour = ['bake', '--flour', 'rye']

  test.each([0, 1, 2, 3, 4] as const)('its own code %d is kept', async (code) => {
    expect((await runCommand(flour, { commands: bake(async () => code) })).code).toBe(code)
  })

  test.each<[ProblemKind, number]>([
    ['refused', 1],
    ['usage', 2],
    ['unreachable', 4],
  ])('%s ends with %d and one line on stderr', async (kind, code) => {
    const result = await runCommand(flour, { commands: throwing(new LockstepError(problem, { kind })) })
    expect(result).toEqual({ code, stdout: '', stderr: 'OVEN_COLD The oven is cold. Heat it.\n' })
  })

  test('as JSON an error is one document on stdout, and several are in it', async () => {
    const json = [...flour, '--format', 'json']
    const placed = { ...problem, file: 'a.yaml', line: 2, column: 3, object: 'Deployment/web' }
    const one = await runCommand(json, { commands: throwing(new LockstepError(placed)) })
    expect(one.stderr).toBe('')
    expect(JSON.parse(one.stdout)).toEqual(placed)
    const two = await runCommand(json, { commands: throwing(new LockstepError([placed, problem])) })
    expect(JSON.parse(two.stdout)).toEqual({ ...placed, problems: [placed, problem] })
    const usage = await runCommand(['bake', '--format=json'], { commands: done })
    expect(JSON.parse(usage.stdout)).toMatchObject({ code: 'OPTION_MISSING' })
  })

  test('a defect is one line without a stack; LOCKSTEP_DEBUG adds it', async () => {
    const commands = throwing(new TypeError('x is not a function\nand more'))
    const line =
      'INTERNAL This is a defect of Lockstep: x is not a function. Please report it with what LOCKSTEP_DEBUG=1 shows.\n'
    expect(await runCommand(flour, { commands })).toEqual({ code: 4, stdout: '', stderr: line })
    const { stderr } = await runCommand(flour, { commands, env: { LOCKSTEP_DEBUG: '1' } })
    expect(stderr).toContain('at ')
    expect(stderr).toContain(line)
  })

  test('what fails because the person stopped it is not reported', async () => {
    const result = await runCommand(flour, { commands: throwing(new Error('aborted')), signal: AbortSignal.abort() })
    expect(result).toEqual({ code: 143, stdout: '', stderr: '' })
  })
})
