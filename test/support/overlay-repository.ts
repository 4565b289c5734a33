import type { RepositoryConfig } from '../../src/config/repository-config.ts'

const none = { policy: 'heal', pullRequests: 'block', blockAfterMs: 10_000 } as const
const reconciled = {
  suspend: false,
  waves: [],
  order: {},
  health: { timeoutMs: 300_000, rules: [] },
  removal: 'orphan',
  changes: 'allow',
} as const

/** A configuration of dev → staging → prod, with every default filled in. */
export function threeEnvironments(change: Partial<RepositoryConfig> = {}): RepositoryConfig {
  const environment = (name: string, after: string[]) => ({
    name,
    clusters: [name],
    after: { all: after },
    promote: 'manual' as const,
    promotions: 'latest' as const,
    gates: { soakMs: 0, approvals: 0, teams: [], fourEyes: true, checks: [], metrics: [] },
    freeze: [],
    namespaces: [],
    drift: none,
    ...reconciled,
  })
  return {
    version: 1,
    overlays: ['apps/{app}/overlays/{environment}'],
    environments: [environment('dev', []), environment('staging', ['dev']), environment('prod', ['staging'])],
    carry: [{ kind: 'images' }, { kind: 'refs' }, { kind: 'charts' }],
    keep: ['replicas', 'patches'],
    drift: none,
    prune: { limit: 10 },
    removal: 'orphan',
    ...change,
  }
}

/** One application's kustomization in one environment. */
export function overlayYaml(name: string, tag: string, rest = ''): string {
  return `# ${name}\nresources:\n  - ../../base\nimages:\n  - name: shop/${name}\n    newTag: ${tag} # set by promotions\n${rest}`
}

/** `checkout` and `cart` in three environments, with the given tags (dev, staging, prod). */
export function shopFiles(
  checkout: readonly string[],
  cart: readonly string[] = ['c1', 'c1', 'c1'],
): Record<string, string> {
  const environments = ['dev', 'staging', 'prod']
  const overlays = (app: string, tags: readonly string[]) =>
    environments.map((environment, i) => [
      `apps/${app}/overlays/${environment}/kustomization.yaml`,
      overlayYaml(app, tags[i] ?? '', `replicas:\n  - name: ${app}\n    count: ${i + 1}\n`),
    ])
  return Object.fromEntries([
    ['apps/checkout/base/kustomization.yaml', 'resources: [deployment.yaml]\n'],
    ['apps/cart/base/kustomization.yaml', 'resources: [deployment.yaml]\n'],
    ...overlays('checkout', checkout),
    ...overlays('cart', cart),
  ])
}
