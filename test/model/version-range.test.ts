import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { chooseVersion } from '../../src/adapters/charts/choose-version.ts'
import { mapLimited } from '../../src/model/map-limited.ts'
import { compareVersions, parseVersion } from '../../src/model/semantic-version.ts'
import { startChartRepository } from '../support/chart-repository.ts'
import { temporaryDirectory } from '../support/git-repository.ts'
import { HELM_SETUP_MS, helmForTests } from '../support/helm.ts'

const KNOWN = ['0.0.3', '0.2.3', '0.3.0', '1.0.0', '1.2.0', '1.2.3-rc.1', '1.2.3-rc.10', '1.2.3', '1.2.10', '1.10.0+b1']
const MORE = ['2.0.0-alpha', '2.0.0', 'v2.1.0', '3.0.0-beta.2', 'nonsense']
const RANGES = [
  '',
  '*',
  'x',
  '1',
  '1.2',
  '1.2.x',
  '1.*',
  'v1.2',
  '1.2.3',
  'v1.2.3',
  '=1.2.3',
  '1.2.3-rc.1',
  '2.1.0',
  'v2.1.0',
  '1.10.0',
  '9.9.9',
  '^1',
  '^1.2',
  '^1.2.4',
  '^0.2',
  '^0.2.0',
  '^0.0.3',
  '^0.0.4',
  '^0',
  '~1',
  '~1.2',
  '~1.2.4',
  '~0.2',
  '~>1.2',
  '>1',
  '>1.2',
  '>1.2.3',
  '>=1.2',
  '=>2',
  '<1',
  '<1.2',
  '<1.2.3',
  '<=1',
  '<=1.2',
  '<=1.2.3',
  '=<1.2',
  '!=2.1.0',
  '!=2',
  '!=2.1',
  '>=1.0.0 <2.0.0',
  '>=1.0.0, <2.0.0',
  '>= 1.0.0 , < 1.2',
  '1.0 - 1.2',
  '1.0.0 - 1.2.0',
  '0.2 - 2',
  '^0.2 || ^1',
  '<0.1 || >2',
  '>2.0.0-0',
  '>0-0',
  '^1.2.3-rc',
  '~1.2.3-0',
  '>=1.2.3-rc.2 <1.2.3',
  '^3',
  '>=3.0.0-0',
  'latest',
  '1.2.3.4',
  '>>1',
  '1.2 1.3',
  'a || b',
  '^',
  '>=',
  '1.x.3',
]

test.each(RANGES)(
  '%j is the version that helm would take',
  async (range) => {
    const found = await answers
    expect(chooseVersion([...KNOWN, ...MORE], range || undefined)).toBe(found.get(range))
  },
  HELM_SETUP_MS,
)

/** What helm itself says, asked of a repository with all of them. */
const answers = (async () => {
  const helm = await helmForTests()
  const site = await startChartRepository()
  const home = temporaryDirectory()
  for (const version of [...KNOWN, ...MORE]) site.add('web', version)
  const found = await mapLimited(RANGES, 2, async (range) => {
    const args = ['show', 'chart', 'web', '--repo', site.url, ...(range ? ['--version', range] : [])]
    const child = spawn(helm, args, { env: { HOME: home.path }, stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    await once(child, 'close')
    return [range, /^version: (.*)$/m.exec(output)?.[1]] as const
  })
  await site.stop()
  home.remove()
  return new Map(found)
})()

describe('versions', () => {
  test('are in the order that semver.org gives', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
    ]
    const versions = ordered.map((text) => ({
      text,
      version: parseVersion(text) as NonNullable<ReturnType<typeof parseVersion>>,
    }))
    const sorted = versions.toReversed().sort((one, other) => compareVersions(one.version, other.version))
    expect(sorted.map(({ text }) => text)).toEqual(ordered)
  })
})
