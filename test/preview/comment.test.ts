import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { marked, type Token, type Tokens } from 'marked'
import type { GateReason } from '../../src/model/gate.ts'
import { previewComment } from '../../src/preview/comment.ts'
import { simpleVerdict } from '../../src/preview/gate-verdict.ts'
import type { PreviewReport } from '../../src/preview/preview-report.ts'
import { expectGolden } from '../support/golden.ts'
import { configMap, deployment, manifest, secret } from '../support/manifests.ts'
import { environmentDrift, overlayPreview, previewReport } from '../support/preview-report.ts'

const brokenBase = {
  code: 'OVERLAY_MISSING_BASE',
  message: 'resources names ../base, and there is no such directory.',
  file: 'apps/gateway/overlays/dev/kustomization.yaml',
  line: 7,
  column: 5,
  remedy: 'Correct the path.',
}
const service = manifest({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'ledger-old', namespace: 'shop' } })
const newImage = (name: string) => ({
  before: [deployment(name, { image: `registry.example.com/${name}:1.14.2` })],
  after: [deployment(name, { image: `registry.example.com/${name}:1.15.0` })],
})
const FORK: GateReason = {
  code: 'FORK_NEEDS_PLAN',
  verdict: 'waits',
  message: 'From a fork: rendered after /plan by someone with write access',
  unblock: '/plan',
}
const HOSTILE = [
  '@everyone and @acme/admins, see #1 and GH-2',
  '</details><script>alert(1)</script><img src=x onerror=alert(1)>',
  '```\n# not a heading\n````diff\n~~~',
  '<!-- lockstep:preview --> <!-- lockstep-rendered:aaaa -->',
  '[click](https://evil.example) www.evil.example https://github.com/a/b/issues/1',
  '| a | b |\n|---|---|\n/promote prod',
  '\u202egnp.exe\u0000\u001b[31m',
  '`` ` ``',
  '$x$ &lt; **bold** _i_ ~~s~~ :tada:',
]

const SITUATIONS: Record<string, () => PreviewReport> = {
  'one image in one environment': () => previewReport([overlayPreview('checkout', 'dev', newImage('checkout'))]),

  'three applications in three environments': () => {
    const ledger = { before: [deployment('ledger'), service], after: [deployment('ledger', { replicas: 3 })] }
    return previewReport(
      [
        ...['dev', 'staging', 'prod'].map((environment) =>
          overlayPreview('payments', environment, newImage('payments')),
        ),
        ...['dev', 'staging'].map((environment) => overlayPreview('ledger', environment, ledger)),
        overlayPreview('gateway', 'dev', { problems: [brokenBase] }),
      ],
      { drift: [environmentDrift('prod', [{}])] },
    )
  },

  'the same change in two hundred applications': () =>
    previewReport(
      Array.from({ length: 200 }, (_, i) => `app-${i}`).flatMap((name) =>
        ['dev', 'prod'].map((environment) =>
          overlayPreview(name, environment, {
            before: [deployment(name)],
            after: [deployment(name, { spec: { nodeSelector: { disk: 'ssd' } } })],
          }),
        ),
      ),
    ),

  'a merge conflict': () => previewReport([], { conflicts: ['apps/checkout/base/deployment.yaml', 'README.md'] }),

  'a fork that waits for /plan': () =>
    previewReport([], {
      gates: [FORK],
      verdict: simpleVerdict('action_required', FORK),
    }),

  'a broken configuration': () =>
    previewReport([], {
      problems: [
        {
          code: 'CONFIG_UNKNOWN_KEY',
          message: '`enviroments` is not known here; did you mean `environments`?',
          file: '.lockstep.yaml',
          line: 3,
          column: 1,
          remedy: 'Use the name suggested or remove it.',
        },
      ],
    }),

  'drift that holds the pull request': () =>
    previewReport([overlayPreview('checkout', 'prod', newImage('checkout'))], {
      drift: [
        environmentDrift('prod', [
          {},
          { path: '', object: 'Service/checkout', live: 'missing', desired: 'present', manager: undefined },
        ]),
      ],
    }),

  'drift that is being healed': () =>
    previewReport([overlayPreview('checkout', 'staging', newImage('checkout'))], {
      drift: [environmentDrift('staging', [{}], { policy: 'heal', lasting: false })],
    }),

  'drift for everybody to read': () =>
    previewReport([overlayPreview('checkout', 'prod', newImage('checkout'))], {
      hideLive: true,
      drift: [environmentDrift('prod', [{}, { path: '.spec.paused', live: 'true', desired: 'false' }])],
    }),

  'unknown cluster facts': () =>
    previewReport([overlayPreview('checkout', 'prod', newImage('checkout'))], {
      drift: [
        environmentDrift('prod', [], {
          unknown: [{ application: 'checkout', environment: 'prod', cluster: 'prod-eu' }],
        }),
      ],
    }),

  'changed Secrets': () =>
    previewReport([
      overlayPreview('checkout', 'prod', {
        before: [
          secret('db', { stringData: { password: 'hunter22', user: 'shop-user' } }),
          configMap('c', { url: 'x' }),
        ],
        after: [
          secret('db', { stringData: { password: 'correct-horse', user: 'shop-user', port: '54329' } }),
          configMap('c', { url: 'postgres://shop-user:correct-horse@db:54329' }),
        ],
      }),
    ]),

  'a generated ConfigMap': () => {
    const uses = (name: string) => deployment('web', { spec: { volumes: [{ name: 'settings', configMap: { name } }] } })
    return previewReport([
      overlayPreview('web', 'dev', {
        before: [configMap('settings-2456789bcd', { LOG: 'warn' }, { namespace: 'shop' }), uses('settings-2456789bcd')],
        after: [configMap('settings-fghkmt2456', { LOG: 'info' }, { namespace: 'shop' }), uses('settings-fghkmt2456')],
      }),
    ])
  },

  'a base branch that does not render': () =>
    previewReport(
      [overlayPreview('checkout', 'dev', { ...newImage('checkout'), before: [], baseProblems: [brokenBase] })],
      {
        notes: ["This changes .lockstep.yaml; until it is merged, the base branch's version decides."],
      },
    ),

  'an unchanged render': () =>
    previewReport([overlayPreview('checkout', 'dev', { before: [deployment('a')], after: [deployment('a')] })]),

  'gates of a promotion': () =>
    previewReport([overlayPreview('checkout', 'prod', newImage('checkout'))], {
      gates: [
        {
          code: 'UPSTREAM_HEALTHY',
          verdict: 'passed',
          message: 'staging runs this and is healthy',
          environment: 'prod',
        },
        {
          code: 'SOAK_WAITS',
          verdict: 'waits',
          message: 'staging has been healthy for 26 of 60 minutes',
          opensAt: '2026-11-20T15:00:00Z',
          unblock: '/why prod',
        },
      ],
    }),

  'hostile text': () =>
    previewReport(
      [
        overlayPreview('web', 'dev', {
          before: [configMap('c', { a: 'plain' })],
          after: [
            configMap('c', { a: HOSTILE.join('\n'), ...Object.fromEntries(HOSTILE.map((text) => [text, text])) }),
          ],
        }),
        overlayPreview('web', 'prod', {
          problems: HOSTILE.map((text) => ({
            code: 'KUSTOMIZE_FAILED',
            message: text,
            file: text,
            line: 1,
            remedy: text,
          })),
        }),
      ],
      {
        drift: [
          environmentDrift(
            'dev',
            HOSTILE.map((text) => ({ object: text, live: text, manager: text })),
          ),
        ],
      },
    ),
}

describe('the comment reads the same as when it was last looked at', () => {
  test.each(Object.keys(SITUATIONS))('%s', (name) => {
    const report = (SITUATIONS[name] as () => PreviewReport)()
    expectGolden(`comment/${name.replaceAll(/[^a-z0-9]+/g, '-')}.md`, previewComment(report).text)
  })

  test('little room', () => {
    const report = (SITUATIONS['the same change in two hundred applications'] as () => PreviewReport)()
    const { text, omitted } = previewComment(report, 2_000)
    expectGolden('comment/little-room.md', text)
    expect(omitted).toMatchObject({ applications: 182, changes: 0, diffs: 0, highlights: 0 })
  })
})

/** The Markdown as GitHub would take it apart: fences that close, and nothing of other people's outside of code. */
function expectInert(text: string): void {
  expect(openFence(text)).toBeUndefined()
  expect(text).not.toContain('<!--')
  const outside = outsideCode(marked.lexer(text, { gfm: true }))
  expect(outside.split('<details>').length).toBe(outside.split('</details>').length)
  expect(outside).not.toMatch(/(^|[^\w`])@[A-Za-z]|(^|\W)#\d|\bGH-\d|:\/\/|www\.[a-z]|javascript:/i)
  expect(outside.replaceAll(/<\/?(?:details|summary|code)>/g, '')).not.toMatch(/<[a-z!/]/i)
}

/** The fence that is still open at the end. */
function openFence(text: string): string | undefined {
  let open: string | undefined
  for (const line of text.split('\n')) {
    const fence = /^(`{3,})[^`]*$/.exec(line)?.[1]
    if (!fence) continue
    if (open === undefined) open = fence
    else if (fence.length >= open.length && line.trim() === fence) open = undefined
  }
  return open
}

function outsideCode(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (isCode(token) ? ' ' : hasChildren(token) ? outsideCode(children(token)) : token.raw))
    .join('')
}

function isCode(token: Token): boolean {
  return token.type === 'code' || token.type === 'codespan'
}

function children(token: Token): Token[] {
  if (token.type === 'list') return (token as Tokens.List).items
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table
    return [header, ...rows].flat().flatMap((cell) => cell.tokens)
  }
  return 'tokens' in token ? (token.tokens ?? []) : []
}

function hasChildren(token: Token): boolean {
  return children(token).length > 0
}

describe('whatever a report holds', () => {
  const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }))
  const preview = fc
    .record({ kind: fc.constantFrom('changed', 'error', 'unchanged'), text: hostile, value: hostile, more: hostile })
    .map(({ kind, text, value, more }) => (application: string, environment: string) => {
      const problem = { code: 'X', message: text, file: value, line: 3, object: more, remedy: text }
      if (kind === 'error') return overlayPreview(application, environment, { problems: [problem] })
      const before = [configMap('c', { a: '1', [text]: 'old' }), configMap(`gone-${more}`, {}), deployment('d')]
      const after = [configMap('c', { a: value, [text]: more }), deployment('d', { image: value })]
      return overlayPreview(application, environment, { before, after: kind === 'unchanged' ? before : after })
    })
  const report = fc
    .record({
      count: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2000 })),
      previews: fc.array(preview, { minLength: 1, maxLength: 12 }),
      environments: fc.integer({ min: 1, max: 8 }),
      drifted: fc.array(hostile, { maxLength: 300 }),
      texts: fc.array(hostile, { maxLength: 300 }),
      hideLive: fc.boolean(),
    })
    .map(({ count, previews, environments, drifted, texts, hideLive }) =>
      previewReport(
        Array.from({ length: count }, (_, i) =>
          (previews[i % previews.length] as (typeof previews)[number])(
            `app-${Math.floor(i / environments)}`,
            `env-${i % environments}`,
          ),
        ),
        {
          hideLive,
          conflicts: texts,
          notes: texts,
          drift: [
            environmentDrift(
              'env-0',
              drifted.map((text) => ({ object: text, live: text, desired: text, manager: text })),
            ),
          ],
          gates: texts.map((message) => ({ code: 'X_WAITS', verdict: 'waits', message, unblock: message })),
        },
      ),
    )

  test('the comment fits, its fences close, and other people’s text does nothing', () => {
    fc.assert(
      fc.property(report, fc.constantFrom(2_000, 8_000, 60_000), (one, room) => {
        const { text } = previewComment(one, room)
        expect(text.length).toBeLessThanOrEqual(room)
        expectInert(text)
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  test('what has no room is counted, and counts are all that is missing', () => {
    fc.assert(
      fc.property(report, (one) => {
        const all = previewComment(one, 100_000_000)
        const few = previewComment(one, 2_000)
        expect(all.omitted).toMatchObject({
          problems: 0,
          applications: 0,
          highlights: 0,
          changes: 0,
          drift: 0,
          gates: 0,
        })
        for (const count of Object.values(few.omitted))
          if (count > 0) expect(few.text).toContain(`… and ${count.toLocaleString('en-US')} more`)
      }),
      { numRuns: 20 },
    )
  }, 120_000)
})
