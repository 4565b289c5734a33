import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FileChange } from '../../src/model/tree.ts'
import { isReachedBy } from '../../src/preview/base-move.ts'
import { previewClone } from '../../src/preview/preview-clone.ts'
import { reportJson } from '../../src/preview/preview-report.ts'
import { MemoryGit } from '../support/memory-git.ts'
import { deploymentText, shopFiles } from '../support/preview-world.ts'
import { renderFiles } from '../support/render-files.ts'

const DEV = 'apps/checkout/overlays/dev/deployment.yaml'
const USES_EXTRA = 'resources: [../../base, ../../extra, deployment.yaml]\n'

type Changes = Readonly<Record<string, string | null>>

/** A shop whose base moves from `from` to `to` while a head stands beside it. */
function scene(ours: Changes, theirs: Changes, before: Changes = {}) {
  const git = new MemoryGit()
  const list = (changes: Changes): FileChange[] => Object.entries(changes).map(([path, content]) => ({ path, content }))
  git.commitOn('main', 'Begin', list({ ...shopFiles(), 'apps/checkout/extra/kustomization.yaml': 'resources: []\n' }))
  const fork = git.refs.get('main') ?? ''
  git.refs.set('topic', fork)
  const from = git.commitOn('main', 'Before', list(before))
  const head = git.commitOn('topic', 'Ours', list(ours))
  const to = git.commitOn('main', 'Theirs', list(theirs))
  return { mirror: git.mirror(), head, from, to }
}

function reached(ours: Changes, theirs: Changes): Promise<boolean> {
  const { mirror, head, from, to } = scene(ours, theirs)
  return isReachedBy(mirror, head, { from, to })
}

describe('a move of the base reaches a head', () => {
  test.each<[what: string, ours: Changes, theirs: Changes, expected: boolean]>([
    ['not by files that no overlay reads', { [DEV]: deploymentText('checkout', 5) }, { 'README.md': 'new\n' }, false],
    [
      'not by an overlay that the head does not touch',
      { [DEV]: deploymentText('checkout', 5) },
      { 'apps/search/overlays/dev/deployment.yaml': deploymentText('search', 5) },
      false,
    ],
    [
      'not when the head touches no overlay',
      { 'README.md': 'ours\n' },
      { [DEV]: deploymentText('checkout', 5) },
      false,
    ],
    [
      'by a base of the overlay that it touches',
      { [DEV]: deploymentText('checkout', 5) },
      { 'apps/checkout/base/service.yaml': deploymentText('checkout-web', 1) },
      true,
    ],
    [
      'by a file that only the head makes the overlay read',
      { 'apps/checkout/overlays/dev/kustomization.yaml': USES_EXTRA },
      { 'apps/checkout/extra/kustomization.yaml': 'resources: []\n# other\n' },
      true,
    ],
    [
      'by an overlay that begins to read what the head changes',
      { 'apps/checkout/extra/kustomization.yaml': 'resources: []\n# ours\n' },
      { 'apps/search/overlays/dev/kustomization.yaml': 'resources: [../../../checkout/extra, deployment.yaml]\n' },
      true,
    ],
    [
      'by a conflict that it brings',
      { [DEV]: deploymentText('checkout', 5) },
      { [DEV]: deploymentText('checkout', 6) },
      true,
    ],
    [
      'by other rules of the repository',
      { [DEV]: deploymentText('checkout', 5) },
      { '.lockstep.yaml': `${shopFiles()['.lockstep.yaml']}# new\n` },
      true,
    ],
  ])('%s', async (_what, ours, theirs, expected) => {
    expect(await reached(ours, theirs)).toBe(expected)
  })

  test('whenever there is anything else to say about it', async () => {
    await fc.assert(
      fc.asyncProperty(changes, changes, changes, async (ours, before, theirs) => {
        const { mirror, head, from, to } = scene(ours, theirs, before)
        const [was, is] = [await said(mirror, from, head), await said(mirror, to, head)]
        if (was !== is) expect(await isReachedBy(mirror, head, { from, to })).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

/** Everything but the commits that are compared. */
async function said(mirror: ReturnType<MemoryGit['mirror']>, base: string, head: string): Promise<string> {
  const signal = new AbortController().signal
  const question = { base, head, signal, choose: () => () => true }
  const report = await previewClone({ mirror, renderer: renderFiles() }, question)
  return JSON.stringify({ ...reportJson(report, {}, 0), base: '', head: '', groups: [] })
}

const overlay = fc
  .constantFrom('checkout', 'search')
  .chain((application) =>
    fc
      .constantFrom('dev', 'prod')
      .map((environment) => ({ application, directory: `apps/${application}/overlays/${environment}` })),
  )

/** Edits of deployments, of what a kustomization reads, of bases, and of files that nothing reads. */
const change: fc.Arbitrary<[string, string | null]> = fc.oneof(
  fc
    .tuple(overlay, fc.integer({ min: 3, max: 5 }))
    .map(([{ application, directory }, replicas]): [string, string] => [
      `${directory}/deployment.yaml`,
      deploymentText(application, replicas),
    ]),
  fc
    .tuple(
      overlay,
      fc.constantFrom(
        'resources: [deployment.yaml]\n',
        'resources: [../../base, deployment.yaml]\n# same\n',
        'resources: [../../../checkout/extra, ../../base, deployment.yaml]\n',
        null,
      ),
    )
    .map(([{ directory }, text]): [string, string | null] => [`${directory}/kustomization.yaml`, text]),
  fc
    .tuple(fc.constantFrom('checkout', 'search'), fc.integer({ min: 1, max: 3 }))
    .map(([application, replicas]): [string, string] => [
      `apps/${application}/base/service.yaml`,
      deploymentText(`${application}-web`, replicas),
    ]),
  fc
    .constantFrom('resources: [gone.yaml]\n', 'resources: [../base/service.yaml]\n')
    .map((text): [string, string] => ['apps/checkout/extra/kustomization.yaml', text]),
  fc.constant<[string, string]>(['apps/checkout/extra/gone.yaml', deploymentText('extra', 1)]),
  fc.constantFrom('a\n', 'b\n').map((text): [string, string] => ['README.md', text]),
)

const changes = fc.array(change, { minLength: 1, maxLength: 3 }).map((list) => Object.fromEntries(list) as Changes)
