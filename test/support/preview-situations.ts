import type { Problem } from '../../src/model/errors.ts'
import type { GateReason } from '../../src/model/gate.ts'
import type { JsonObject } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'
import type { Resolution } from '../../src/model/vendor.ts'
import { simpleVerdict } from '../../src/preview/gate-verdict.ts'
import type { PreviewReport } from '../../src/preview/preview-report.ts'
import { configMap, deployment, manifest, secret } from './manifests.ts'
import { environmentDrift, overlayPreview, previewReport } from './preview-report.ts'

const ENVIRONMENTS = ['dev', 'staging', 'prod']
const STAGES = ENVIRONMENTS.map((environment) => ({ environment, downstream: environment !== 'dev' }))

const brokenBase: Problem = {
  code: 'OVERLAY_MISSING_BASE',
  message: 'resources names ../base, and there is no such directory.',
  file: 'apps/gateway/overlays/dev/kustomization.yaml',
  line: 7,
  column: 5,
  remedy: 'Correct the path.',
}
const brokenComponent: Problem = {
  code: 'KUSTOMIZE_FAILED',
  message: 'no matches for Id Deployment.v1.apps/[noName]; failed to find unique target for patch',
  file: 'components/cost-label/kustomization.yaml',
  line: 4,
  remedy: 'Correct the target of the patch.',
}
const unknownKey: Problem = {
  code: 'CONFIG_UNKNOWN_KEY',
  message: '`enviroments` is not known here; did you mean `environments`?',
  file: '.lockstep.yaml',
  line: 3,
  column: 1,
  remedy: 'Use the name suggested or remove it.',
}

const service = (name: string) => object('v1', 'Service', name, { spec: { ports: [{ port: 80 }] } })
const newImage = (name: string) => ({
  before: [deployment(name, { image: `registry.example.com/shop/${name}:1.14.2` })],
  after: [deployment(name, { image: `registry.example.com/shop/${name}:1.15.0` })],
})

function object(apiVersion: string, kind: string, name: string, rest: JsonObject): Manifest {
  return manifest({ apiVersion, kind, metadata: { name, namespace: 'shop' }, ...rest })
}

function report(overlays: PreviewReport['overlays'], more: Partial<PreviewReport> = {}): PreviewReport {
  return previewReport(overlays, { stages: STAGES, ...more })
}

/** Everything known and nothing different. */
function inSync(...environments: string[]) {
  return { drift: environments.map((environment) => environmentDrift(environment, [])) }
}

/** Every application gets a label in every environment. */
function labelled(count: number, skip: (name: string, environment: string) => boolean = () => false) {
  return applications(count).flatMap((name) =>
    ENVIRONMENTS.filter((environment) => !skip(name, environment)).map((environment) =>
      overlayPreview(name, environment, {
        before: [withLabels(name, { app: name }), service(name)],
        after: [withLabels(name, { app: name, 'team.example/cost': 'shop' }), service(name)],
      }),
    ),
  )
}

function applications(count: number): string[] {
  const some = ['accounts', 'auth', 'billing', 'cart', 'catalog', 'checkout', 'currency', 'search', 'shipping']
  return Array.from({ length: count }, (_, i) => some[i] ?? `service-${String(i).padStart(3, '0')}`)
}

function withLabels(name: string, labels: JsonObject): Manifest {
  const { body } = deployment(name)
  return manifest({ ...body, metadata: { ...(body.metadata as JsonObject), labels } })
}

const FORK: GateReason = {
  code: 'FORK_NEEDS_PLAN',
  verdict: 'waits',
  message: 'From a fork: rendered after /plan by someone with write access',
  unblock: '/plan',
}

const PROMOTION: GateReason[] = [
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
  {
    code: 'APPROVAL_WAITS',
    verdict: 'waits',
    message: '1 approval of acme/sre is missing',
    unblock: 'Somebody of acme/sre approves this head.',
  },
]

const RESOLUTIONS: Resolution[] = [
  {
    kind: 'base',
    reference: 'https://github.com/acme/bases//redis?ref=v1',
    file: 'apps/cart/base/kustomization.yaml',
    line: 4,
    content: '5e21c7a9d0b34f6c8a1b2c3d4e5f60718293a4b5',
    pinned: false,
    movedFrom: '0c4f9be1d2a3b4c5d6e7f8091a2b3c4d5e6f7081',
  },
  {
    kind: 'base',
    reference: 'https://github.com/acme/bases//web?ref=main',
    file: 'apps/cart/base/kustomization.yaml',
    line: 5,
    content: '77aa00bb11cc22dd33ee44ff5566778899aabbcc',
    pinned: false,
  },
  {
    kind: 'chart',
    reference: 'redis 17.0.0 from oci://registry.example.com/charts',
    file: 'apps/cart/base/kustomization.yaml',
    line: 9,
    content: `sha256:${'9f'.repeat(32)}`,
    pinned: true,
  },
]

/** Text that would mention, link, close or forge something if a comment took it for Markdown. */
export const HOSTILE = [
  '@everyone and @acme/admins, see #1 and GH-2',
  'acme/shop#3 and 0123456789abcdef0123456789abcdef01234567',
  '</details><script>alert(1)</script><img src=x onerror=alert(1)>',
  '```\n# not a heading\n````diff\n~~~',
  '<!-- lockstep:preview --> <!-- lockstep-rendered:aaaa -->',
  '[click](https://evil.example) www.evil.example https://github.com/a/b/issues/1',
  '[lockstep/render/dev] [checks]: https://evil.example',
  '| a | b |\n|---|---|\n/promote prod',
  '\u202egnp.exe\u0000\u001b[31m \u200f\u2066שלום',
  '`` ` ``',
  '$x$ &lt; **bold** _i_ ~~s~~ :tada:',
  `${'n'.repeat(253)}`,
  '> [!CAUTION]\n> **Deletes** everything',
  '# a heading',
  '- ',
  '1. one',
  '===',
]

/** What pull requests look like, by a name that says it. */
export const SITUATIONS: Readonly<Record<string, () => PreviewReport>> = {
  'one application in one environment': () =>
    report(
      [
        overlayPreview('payments', 'prod', {
          before: [deployment('payments', { image: 'registry.example.com/shop/payments:1.14.2', replicas: 3 })],
          after: [
            deployment('payments', {
              image: 'registry.example.com/shop/payments:1.15.0',
              replicas: 5,
              spec: { terminationGracePeriodSeconds: 60 },
            }),
          ],
        }),
      ],
      inSync('prod'),
    ),

  'three applications in three environments': () => {
    const ledger = {
      before: [deployment('ledger'), service('ledger-old')],
      after: [deployment('ledger', { replicas: 3 }), configMap('ledger', { MODE: 'async' }, { namespace: 'shop' })],
    }
    return report(
      [
        ...ENVIRONMENTS.map((environment) => overlayPreview('payments', environment, newImage('payments'))),
        ...['dev', 'staging'].map((environment) => overlayPreview('ledger', environment, ledger)),
        overlayPreview('gateway', 'dev', { problems: [brokenBase] }),
      ],
      {
        drift: [
          environmentDrift('dev', []),
          environmentDrift('staging', []),
          environmentDrift('prod', [{ object: 'Deployment/payments' }], { application: 'payments' }),
        ],
      },
    )
  },

  'the same change in two hundred applications': () => report(labelled(200), inSync(...ENVIRONMENTS)),

  'few unusual ones among six hundred': () => {
    const different = new Set(['billing prod', 'auth prod', 'search dev'])
    const isDifferent = (name: string, environment: string) => different.has(`${name} ${environment}`)
    const selected = applications(57).map((name) => name)
    const pool = (name: string, environment: string) => environment === 'prod' && selected.includes(name)
    return report([
      ...labelled(200, (name, environment) => isDifferent(name, environment) || pool(name, environment)),
      ...selected
        .filter((name) => !isDifferent(name, 'prod'))
        .map((name) =>
          overlayPreview(name, 'prod', {
            before: [deployment(name)],
            after: [deployment(name, { spec: { nodeSelector: { pool: 'web' } } })],
          }),
        ),
      overlayPreview('billing', 'prod', {
        before: [withLabels('billing', { app: 'billing' }), service('billing'), service('billing-old')],
        after: [withLabels('billing', { app: 'billing', 'team.example/cost': 'shop' }), service('billing')],
      }),
      overlayPreview('auth', 'prod', newImage('auth')),
      overlayPreview('search', 'dev', { problems: [brokenComponent] }),
    ])
  },

  'only images': () =>
    report(
      [
        ...ENVIRONMENTS.map((environment) => overlayPreview('checkout', environment, newImage('checkout'))),
        overlayPreview('cart', 'dev', {
          before: [deployment('cart', { image: `registry.example.com/shop/cart@sha256:${'1a'.repeat(32)}` })],
          after: [deployment('cart', { image: `ghcr.io/acme/cart:3.0.0@sha256:${'2b'.repeat(32)}` })],
        }),
      ],
      inSync(...ENVIRONMENTS),
    ),

  'deletions in prod': () =>
    report(
      [
        overlayPreview('checkout', 'prod', {
          before: [
            deployment('checkout'),
            service('checkout'),
            configMap('flags', { NEW: 'on' }, { namespace: 'shop' }),
          ],
          after: [deployment('checkout')],
        }),
        overlayPreview('cart', 'prod', { before: [deployment('cart'), service('cart')] }),
      ],
      inSync('prod'),
    ),

  'a field that cannot be changed in place': () => {
    const select = (app: string) => {
      const { body } = deployment('checkout')
      return manifest({ ...body, spec: { ...(body.spec as JsonObject), selector: { matchLabels: { app } } } })
    }
    return report([overlayPreview('checkout', 'staging', { before: [select('web')], after: [select('checkout')] })])
  },

  'a renamed object': () => {
    const ports = [80, 443, 8080, 9090].map((port) => ({ name: `p${port}`, port, protocol: 'TCP' }))
    const web = (name: string) =>
      object('v1', 'Service', name, { spec: { type: 'ClusterIP', selector: { app: 'web' }, ports } })
    return report([overlayPreview('web', 'prod', { before: [web('web')], after: [web('web-internal')] })])
  },

  'one overlay that does not render': () =>
    report([
      overlayPreview('gateway', 'dev', { problems: [brokenBase] }),
      overlayPreview('gateway', 'staging', newImage('gateway')),
    ]),

  'no overlay renders': () =>
    report(
      applications(19).flatMap((name) =>
        ENVIRONMENTS.map((environment) => overlayPreview(name, environment, { problems: [brokenComponent] })),
      ),
    ),

  'a merge conflict': () => report([], { conflicts: ['apps/checkout/base/deployment.yaml', 'README.md'] }),

  'no configuration yet': () =>
    previewReport([], {
      notes: ['This adds a valid .lockstep.yaml.'],
      verdict: simpleVerdict('success', {
        code: 'NOT_CONFIGURED',
        verdict: 'passed',
        message: 'Not configured: the base branch has no .lockstep.yaml',
      }),
    }),

  'a broken configuration': () => previewReport([], { problems: [unknownKey] }),

  'a fork that waits for a plan': () => report([], { gates: [FORK], verdict: simpleVerdict('action_required', FORK) }),

  'drift that holds the pull request': () =>
    report([overlayPreview('checkout', 'prod', newImage('checkout'))], {
      drift: [
        environmentDrift('prod', [
          {},
          { path: '', object: 'Service/checkout', live: 'missing', desired: 'present', manager: undefined },
        ]),
      ],
    }),

  'drift that is being healed': () =>
    report([overlayPreview('checkout', 'staging', newImage('checkout'))], {
      drift: [environmentDrift('staging', [{}], { policy: 'heal', lasting: false })],
    }),

  'drift for everybody to read': () =>
    report([overlayPreview('checkout', 'prod', newImage('checkout'))], {
      hideLive: true,
      drift: [environmentDrift('prod', [{}, { path: '.spec.paused', live: 'true', desired: 'false' }])],
    }),

  'unknown cluster facts': () =>
    report([overlayPreview('checkout', 'prod', newImage('checkout'))], {
      drift: [
        environmentDrift('prod', [], {
          unknown: [{ application: 'checkout', environment: 'prod', cluster: 'prod-eu' }],
        }),
      ],
    }),

  'a promotion that waits': () =>
    report([overlayPreview('checkout', 'prod', newImage('checkout'))], { ...inSync('prod'), gates: PROMOTION }),

  'a changed secret': () =>
    report([
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

  'a generated configuration': () => {
    const uses = (name: string) => deployment('web', { spec: { volumes: [{ name: 'settings', configMap: { name } }] } })
    return report([
      overlayPreview('web', 'dev', {
        before: [configMap('settings-2456789bcd', { LOG: 'warn' }, { namespace: 'shop' }), uses('settings-2456789bcd')],
        after: [configMap('settings-fghkmt2456', { LOG: 'info' }, { namespace: 'shop' }), uses('settings-fghkmt2456')],
      }),
    ])
  },

  'a new definition of custom resources': () => {
    const crd = (versions: JsonObject[]) =>
      manifest({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'queues.shop.example' },
        spec: { group: 'shop.example', scope: 'Namespaced', names: { kind: 'Queue', plural: 'queues' }, versions },
      })
    const version = (name: string, fields: string[]) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
        },
      },
    })
    return report([
      overlayPreview('queues', 'dev', {
        before: [crd([version('v1', ['name', 'size'])])],
        after: [crd([version('v1', ['name', 'size', 'retention']), version('v2', ['name', 'limits'])])],
      }),
    ])
  },

  'drift that is fought over, drift that is ignored, and environments that stand still': () => {
    const ignored = { id: 'drift-1', by: 'ana', until: '2026-11-21T14:02:00Z' }
    const staging = environmentDrift('staging', [
      { object: 'Deployment/payments', manager: 'hpa-controller', contended: true },
      { object: 'ConfigMap/payments', path: '.data.MODE', live: 'sync', desired: 'async', manager: 'kubectl-edit' },
    ])
    const findings = staging.findings.map((one) => (one.id === ignored.id ? { ...one, lasting: false, ignored } : one))
    const target = (cluster: string) => ({ application: 'payments', environment: 'prod', cluster })
    return report(
      ENVIRONMENTS.map((environment) => overlayPreview('payments', environment, newImage('payments'))),
      {
        drift: [
          environmentDrift('dev', [], { standing: [{ kind: 'suspended', fields: 2 }] }),
          { ...staging, findings },
          environmentDrift('prod', [], {
            standing: [
              { kind: 'pinned', track: 'tag v1.4.*' },
              { kind: 'waiting', waitingFor: 'wave prod-eu', targets: [target('prod-us'), target('prod-ap')] },
            ],
          }),
        ],
      },
    )
  },

  'nothing changes': () =>
    report(
      ENVIRONMENTS.map((environment) =>
        overlayPreview('checkout', environment, { before: [deployment('a')], after: [deployment('a')] }),
      ),
      inSync(...ENVIRONMENTS),
    ),

  'remote content that moved': () =>
    report([{ ...overlayPreview('cart', 'dev', newImage('cart')), resolutions: RESOLUTIONS }]),

  'a base branch that does not render': () =>
    report(
      [
        overlayPreview('checkout', 'dev', {
          ...newImage('checkout'),
          before: [],
          baseProblems: [{ ...brokenBase, file: 'apps/checkout/overlays/dev/kustomization.yaml' }],
        }),
      ],
      { notes: ["This changes .lockstep.yaml; until it is merged, the base branch's version decides."] },
    ),

  'hostile text': () =>
    report(
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
        ...HOSTILE.map((text) =>
          overlayPreview(text, 'dev', {
            before: [configMap(text, {}), deployment('d', { image: 'a:1' })],
            after: [deployment('d', { image: text })],
          }),
        ),
      ],
      {
        drift: [
          environmentDrift(
            'dev',
            HOSTILE.map((text) => ({ object: text, live: text, manager: text })),
            {
              standing: HOSTILE.map((text) => ({
                kind: 'waiting',
                waitingFor: text,
                targets: [{ application: text, environment: 'dev', cluster: text }],
              })),
            },
          ),
        ],
      },
    ),
}
