import { memoryTree, type Tree } from '../../src/model/tree.ts'

type Files = Readonly<Record<string, string>>

const DEPLOYMENT =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: c, image: x}]}}}\n'
const SETTINGS = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: b}\n'
const COMPONENT = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n'

function prod(kustomization: string, more: Files = {}): Tree {
  return memoryTree({
    'base/kustomization.yaml': 'resources: [d.yaml]\n',
    'base/d.yaml': DEPLOYMENT,
    'prod/kustomization.yaml': `resources: [../base]\n${kustomization}`,
    ...more,
  })
}

function alone(manifests: string, rest = ''): Tree {
  return memoryTree({ 'prod/kustomization.yaml': `resources: [a.yaml]\n${rest}`, 'prod/a.yaml': manifests })
}

const patched = (patch: string) =>
  prod('patches: [{path: p.yaml, target: {kind: Deployment}}]\n', { 'prod/p.yaml': patch })

/** Overlays `prod` that pass the scan and that kustomize refuses, for one reason each. */
export const BROKEN: Readonly<Record<string, Tree>> = {
  'a patch of nothing': prod('patches: [{path: p.yaml}]\n', { 'prod/p.yaml': DEPLOYMENT.replace('web', 'nope') }),
  'a patch of nothing in a component': prod('components: [../c]\n', {
    'c/kustomization.yaml': `${COMPONENT}patches: [{path: p.yaml}]\n`,
    'c/p.yaml': DEPLOYMENT.replace('web', 'nope'),
  }),
  'a patch that is no YAML': prod('patches: [{path: p.yaml}]\n', { 'prod/p.yaml': 'kind: X\nmetadata: {name: web\n' }),
  'a JSON patch that removes nothing': patched('- {op: remove, path: /spec/nope}\n'),
  'a JSON patch whose test fails': patched('- {op: test, path: /kind, value: Service}\n'),
  'a JSON patch with an unknown operation': patched('- {op: frob, path: /kind}\n'),
  'a target that is no expression': prod('patches: [{target: {name: "("}, patch: "- {op: remove, path: /x}"}]\n'),
  'a resource that is no YAML': alone('kind: X\nmetadata: {name: x}\n  bad: [\n'),
  'a resource with a repeated key': alone(`${SETTINGS}data: {x: y}\n`),
  'a resource without kind': alone(`${SETTINGS}---\nmetadata: {name: x}\n`),
  'a resource without name': alone('apiVersion: v1\nkind: ConfigMap\n'),
  'a resource that is a text': alone('hello\n'),
  'an object twice': alone(`${SETTINGS}---\n${SETTINGS}`),
  'an object that the base has': prod('', {
    'prod/kustomization.yaml': 'resources: [../base, a.yaml]\n',
    'prod/a.yaml': DEPLOYMENT,
  }),
  'a literal without =': alone(SETTINGS, 'secretGenerator: [{name: s, literals: [hunter2hunter2]}]\n'),
  'a repeated key of a generator': alone(SETTINGS, 'configMapGenerator: [{name: x, literals: [a=b, a=c]}]\n'),
  'nothing to merge with': alone(SETTINGS, 'configMapGenerator: [{name: x, behavior: merge, literals: [a=b]}]\n'),
  'a replacement without source': prod(
    'replacements: [{source: {kind: Nope}, targets: [{select: {kind: Deployment}, fieldPaths: [a]}]}]\n',
  ),
  'a replacement without the field': prod(
    'replacements: [{source: {kind: Deployment}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.nope.x]}]}]\n',
  ),
  'a variable of nothing': prod('vars: [{name: X, objref: {kind: Service, name: nope, apiVersion: v1}}]\n'),
  'replicas of nothing': prod('replicas: [{name: nope, count: 3}]\n'),
  'replicas that are no number': prod('replicas: [{name: web, count: many}]\n'),
  'an unknown field inside a field': prod('images: [{nam: x}]\n'),
  'a field of another type': prod('namePrefix: {a: b}\n'),
  'a configuration of another type': prod('configurations: [c.yaml]\n', { 'prod/c.yaml': 'nameReference: x\n' }),
  'CRDs that are no JSON': prod('crds: [c.json]\n', { 'prod/c.json': '{\n"a": 1' }),
  'a built-in plugin that does not exist': prod('transformers: [t.yaml]\n', {
    'prod/t.yaml': 'apiVersion: builtin\nkind: Nope\nmetadata: {name: x}\n',
  }),
  'a validator that changes something': prod('validators: [t.yaml]\n', {
    'prod/t.yaml':
      'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: x}\nprefix: a-\nfieldSpecs: [{path: metadata/name}]\n',
  }),
  'a base for a component': prod('components: [../c]\n', { 'c/kustomization.yaml': 'namePrefix: x-\n' }),
  'an order that does not exist': prod('sortOptions: {order: frob}\n'),
  'a schema that does not exist': prod('openapi: {version: v0.0.0}\n'),
  'a schema that is none, which kustomize panics at': prod('openapi: {path: s.json}\npatches: [{path: p.yaml}]\n', {
    'prod/s.json': '[1',
    'prod/p.yaml': DEPLOYMENT,
  }),
  'a kustomization that is empty': memoryTree({ 'prod/kustomization.yaml': '' }),
  'a NUL': alone('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: "\u0000"}\n'),
  'names that meet after a prefix': alone(
    `${SETTINGS}---\n${SETTINGS.replace('cm', 'x-cm')}`,
    'patches: [{target: {name: "^cm$"}, options: {allowNameChange: true}, patch: "[{op: replace, path: /metadata/name, value: x-cm}]"}]\n',
  ),
}
