import { describe, expect, test } from '@jest/globals'
import type { RepositoryConfig } from '../../../src/config/repository-config.ts'
import { GRAMMAR } from '../../../src/promotion/commands/grammar.ts'
import { helpText } from '../../../src/promotion/commands/help.ts'
import { type Caller, RIGHTS } from '../../../src/promotion/commands/rights.ts'
import { threeEnvironments } from '../../support/overlay-repository.ts'

const OWN = ['acme/release', 'acme/sre']

/** dev is everybody's; staging and prod have a team each. */
function teams(): RepositoryConfig {
  const config = threeEnvironments()
  const [dev, staging, prod] = config.environments
  if (!dev || !staging || !prod) throw new Error('three environments')
  const own = [staging, prod].map((each, i) => ({ ...each, commands: { teams: [OWN[i] ?? ''] } }))
  return { ...config, environments: [dev, ...own] }
}

const caller = (permission: Caller['permission'], ...member: string[]): Caller => ({
  login: 'ana',
  permission,
  teams: new Set(member),
})
const listed = (text: string) => [...text.matchAll(/^\| `\/([a-z-]+)/gm)].map(([, name]) => name)
const available = Object.entries(GRAMMAR).flatMap(([name, { parse }]) => (parse ? [name] : []))

test('every command that is available has a right, in the order of the grammar', () => {
  expect(Object.keys(RIGHTS)).toEqual(available)
})

describe('/help lists', () => {
  test('to who may command everywhere: every command with how it is written, and nothing left out', () => {
    const text = helpText(teams(), caller('write', ...OWN))
    expect(listed(text)).toEqual(available)
    expect(text).not.toContain('Left out')
    for (const name of available) expect(text).toContain((GRAMMAR[name]?.usage ?? '').replaceAll('|', '\\|'))
  })

  test('to a member of one team: what can be given somewhere, and who commands the rest', () => {
    const text = helpText(teams(), caller('write', 'acme/release'))
    expect(listed(text)).toEqual(available.filter((name) => name !== 'confirm-prune'))
    expect(text).toContain('Left out, as you are in no team that may give them: `/confirm-prune`.')
    expect(text).toContain('| `dev` | yes | people with write access |')
    expect(text).toContain('| `staging` | yes | members of acme/release with write access |')
    expect(text).toContain('| `prod` | no | members of acme/sre with write access |')
  })

  test('to a writer whose every environment has another team: the incident stop, the plan and what readers may ask', () => {
    const config = teams()
    const closed = { ...config, environments: config.environments.slice(1) }
    expect(listed(helpText(closed, caller('write')))).toEqual(['plan', 'why', 'history', 'lock', 'help'])
  })

  test.each([
    'read',
    'none',
  ] as const)('to one with %s access: what readers may ask, and what the rest needs', (right) => {
    const text = helpText(teams(), caller(right, ...OWN))
    expect(listed(text)).toEqual(['why', 'history', 'help'])
    expect(text).toContain('The other commands need write access.')
    expect(text).not.toContain('| yes |')
  })

  test('without a configuration: that there is none', () => {
    expect(helpText(undefined, caller('write'))).toContain('has no `.lockstep.yaml` yet')
  })

  test('names of environments and teams as text that does nothing', () => {
    const config = teams()
    const [dev] = config.environments
    if (!dev) throw new Error('no environment')
    const hostile = { ...dev, name: 'a|`b`', commands: { teams: ['acme/<b>@all</b>'] } }
    const text = helpText({ ...config, environments: [hostile] }, caller('write'))
    expect(text).toContain('| `` a\\|`b` `` | no | members of acme/&#60;b&#62;&#64;all&#60;/b&#62; with write access |')
  })
})
