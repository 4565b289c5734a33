import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createRepository, temporaryDirectory } from '../support/git-repository.ts'
import { KUSTOMIZE_SETUP_MS, kustomizeForTests } from '../support/kustomize.ts'
import { runCommand } from '../support/run-command.ts'

const temporary = temporaryDirectory('lockstep-rbac')
const clone = createRepository(`${temporary.path}/clone`)

beforeAll(async () => {
  process.env.KUSTOMIZE_BIN = await kustomizeForTests()
  clone.commit('first', {
    '.lockstep.yaml': 'version: 1\noverlays: apps/{app}/{environment}\nenvironments: [{ name: dev, cluster: dev }]\n',
    'apps/web/dev/kustomization.yaml': 'namespace: shop\nresources: [all.yaml]\n',
    'apps/web/dev/all.yaml': `apiVersion: v1
kind: Service
metadata: { name: web }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: chassis.cars.example }
spec: { group: cars.example, scope: Cluster, names: { kind: Chassis, plural: chassis } }
---
apiVersion: cars.example/v1
kind: Chassis
metadata: { name: one }
---
apiVersion: policies.example/v1
kind: AccessPolicy
metadata: { name: two }
`,
  })
}, KUSTOMIZE_SETUP_MS)
afterAll(() => temporary.remove())

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] }[]
}

async function rights(...words: string[]) {
  const { code, stdout, stderr } = await runCommand(['rbac', '--format', 'json', ...words])
  const manifests: Manifest[] = code === 0 ? JSON.parse(stdout) : []
  const resourcesOf = (name: string) =>
    manifests
      .filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === name)
      .flatMap(({ rules = [] }) => rules.flatMap(({ resources }) => resources))
  return { code, stderr, manifests, resourcesOf }
}

describe('the rights of a repository', () => {
  test('are for the kinds of its overlays; custom ones are named as their definition says', async () => {
    const { resourcesOf, stderr } = await rights('--repo', clone.path)
    expect(resourcesOf('lockstep-environment')).toEqual(['services', 'accesspolicies'])
    expect(resourcesOf('lockstep-cluster-objects')).toEqual(['customresourcedefinitions', 'chassis'])
    expect(stderr).toContain('The plural of AccessPolicy.policies.example is a guess')
    expect(stderr).not.toContain('Chassis')
  })

  test('let it read its inventories where overlays bring no ConfigMaps', async () => {
    const { manifests } = await rights('--repo', clone.path)
    const own = manifests.find(({ kind }) => kind === 'Role')
    expect(own?.rules?.[0]).toMatchObject({
      resources: ['configmaps'],
      verbs: expect.arrayContaining(['list', 'watch']),
    })
  })
})

describe('without a repository', () => {
  test('the common kinds, and those that are named', async () => {
    const { resourcesOf } = await rights('--resource', 'certificates.cert-manager.io', '--cluster-resource', 'nodes')
    expect(resourcesOf('lockstep-environment')).toEqual(expect.arrayContaining(['deployments', 'certificates']))
    expect(resourcesOf('lockstep-worker')).toEqual(expect.arrayContaining(['deployments', 'certificates', 'nodes']))
    expect(resourcesOf('lockstep-environment')).not.toContain('nodes')
  })

  test('never one that grants rights by itself, and no wildcard', async () => {
    const { manifests } = await rights()
    const rules = manifests.flatMap(({ rules = [] }) => rules)
    const changing = rules.filter(({ verbs }) => verbs.some((verb) => ['create', 'patch', 'delete'].includes(verb)))
    expect(changing.flatMap(({ apiGroups }) => apiGroups)).not.toContain('rbac.authorization.k8s.io')
    expect(rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs])).not.toContain(
      '*',
    )
  })

  test('are bound in the namespaces that are named', async () => {
    const { manifests } = await rights('--namespace', 'shop', '--namespace', 'pay', '--impersonate', 'shop/deployer')
    const bindings = manifests.filter(({ kind }) => kind === 'RoleBinding')
    expect(bindings.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'lockstep-system/lockstep-worker',
      'shop/lockstep-environment',
      'pay/lockstep-environment',
      'shop/lockstep-impersonation-deployer',
      'shop/lockstep-environment-deployer',
    ])
  })

  test('a ServiceAccount without a namespace is wrong usage', async () => {
    const { code, stderr } = await runCommand(['rbac', '--impersonate', 'deployer'])
    expect(code).toBe(2)
    expect(stderr).toContain('OPTION_INVALID')
  })
})
