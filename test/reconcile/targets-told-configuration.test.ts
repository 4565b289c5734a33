import { describe, expect, test } from '@jest/globals'
import { LockstepError } from '../../src/model/errors.ts'
import { memoryTree } from '../../src/model/tree.ts'
import type { Source } from '../../src/reconcile/ports.ts'
import { configurationFault, toldConfiguration } from '../../src/reconcile/targets/told-configuration.ts'

const CONFIG = 'version: 1\noverlays: apps/{app}/{environment}\nenvironments: [{ name: prod, cluster: main }]\n'
const BROKEN = `${CONFIG}drift: [\n`
const UNKNOWN = `${CONFIG}nonsense: 1\n`
type Text = string | undefined

const at = (day: number) => `2026-01-0${day}T00:00:00Z`

/** A branch with these configurations (undefined: none), oldest first; commits are `c1`, `c2`, … of the first days of a year. */
function branch(...texts: readonly Text[]): Source & { histories: number } {
  const trees = texts.map((text, i) => memoryTree({ ...(text && { '.lockstep.yaml': text }), 'a.txt': `${i}` }))
  const commits = trees.map((tree, i) => ({ revision: `c${i + 1}`, committedAt: at(i + 1), tree }))
  const source = {
    histories: 0,
    newest: async () => commits.at(-1) as (typeof commits)[number],
    tree: async (revision: string) => commits.find((commit) => commit.revision === revision)?.tree,
    history: async () => {
      source.histories++
      return commits.toReversed()
    },
  }
  return source
}

describe('what the default branch says', () => {
  test.each<[what: string, texts: Text[], told: string | undefined, since: string | undefined]>([
    ['is its newest commit', [CONFIG, CONFIG], 'c2', undefined],
    ['is nothing without a configuration', [CONFIG, undefined], undefined, undefined],
    ['is the commit before a broken one', [CONFIG, BROKEN], 'c1', at(2)],
    ['is broken since the first such commit, whatever is wrong by now', [CONFIG, UNKNOWN, BROKEN, BROKEN], 'c1', at(2)],
    ['begins anew once it was mended', [BROKEN, CONFIG, BROKEN], 'c2', at(3)],
  ])('%s', async (_, texts, told, since) => {
    const source = branch(...texts)
    expect((await toldConfiguration(source))?.revision).toBe(told)
    expect((await configurationFault(source))?.since).toBe(since)
  })

  test.each<[what: string, texts: Text[]]>([
    ['it never had one that could be read', [BROKEN, BROKEN]],
    ['it had none before', [CONFIG, undefined, BROKEN]],
  ])('is what is wrong with it where %s', async (_, texts) => {
    const source = branch(...texts)
    await expect(toldConfiguration(source)).rejects.toMatchObject({ code: 'CONFIG_SYNTAX', kind: 'refused' })
    expect(await configurationFault(source)).toMatchObject({
      problems: [{ code: 'CONFIG_SYNTAX', file: '.lockstep.yaml', line: 5 }],
    })
  })

  test('is looked for once, however many ask', async () => {
    const source = branch(CONFIG, BROKEN)
    await Promise.all(Array.from({ length: 100 }, () => toldConfiguration(source)))
    expect(source.histories).toBe(1)
  })

  test('is not guessed while Git cannot be read', async () => {
    const outage = new LockstepError({ code: 'GIT_DOWN', message: 'm', remedy: 'r' }, { kind: 'unreachable' })
    const source = { ...branch(CONFIG, BROKEN), history: () => Promise.reject(outage) }
    await expect(toldConfiguration(source)).rejects.toBe(outage)
    expect(
      (await toldConfiguration({ ...source, history: branch(CONFIG).history }).catch(() => undefined))?.revision,
    ).toBe('c1')
  })
})
